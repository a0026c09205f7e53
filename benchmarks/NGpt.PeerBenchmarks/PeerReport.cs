using System.Globalization;
using System.Text;
using System.Text.Json;
using NGpt.Core.Numerics;
using NGpt.Core.Quantization;

namespace NGpt.PeerBenchmarks;

/// <summary>What a comparison found, human-readable and as JSON.</summary>
/// <param name="Options">What was compared.</param>
/// <param name="PeerVersion">llama.cpp's version.</param>
/// <param name="PeerInstructions">The instructions of the processor that it uses.</param>
/// <param name="Trained">Agreement about the held-out text of a trained model.</param>
/// <param name="Tokenizer">Agreement about its tokens; null where there is nothing to compare.</param>
/// <param name="Random">Agreement about random tokens and weights, where no speed was measured.</param>
/// <param name="Speeds">Tokens a second.</param>
internal sealed record PeerReport(
    PeerOptions Options,
    string PeerVersion,
    string PeerInstructions,
    IReadOnlyList<Agreement> Trained,
    TokenizerAgreement? Tokenizer,
    IReadOnlyList<Agreement> Random,
    IReadOnlyList<SpeedComparison> Speeds)
{
    // Activations are rounded to 8 bits by both sides, but not at the same places.
    private const double FullPrecisionTolerance = 1e-4;
    private const double RoundedTolerance = 5e-3;

    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Whether both sides say the same, as far as rounding lets them.</summary>
    public bool Agrees => Trained.Concat(Random).All(Same) && (Tokenizer is null || (Tokenizer.Ours == Tokenizer.Peer && Tokenizer.Equal == Tokenizer.Ours));

    /// <summary>Tables.</summary>
    public string Text()
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"llama.cpp {PeerVersion} ({PeerInstructions.Trim().TrimEnd('|').Trim()}), {Options.Threads} threads each");
        WriteAgreement(text, "held-out text of the trained model", Trained);
        if (Tokenizer is TokenizerAgreement tokens)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"tokens of that text: {tokens.Ours:N0} ours, {tokens.Peer:N0} llama.cpp's, the first {tokens.Equal:N0} equal");
        }

        WriteAgreement(text, "random tokens and weights", Random);
        if (Speeds.Count > 0)
        {
            RandomModel shape = Options.Shape;
            text.AppendLine();
            text.AppendLine(CultureInfo.InvariantCulture, $"{shape.Config.ParameterCount / 1e6:0} million parameters: {shape.Layers} layers, width {shape.Width}, {shape.Heads} heads, MLP {shape.Mlp}, vocabulary {shape.Vocabulary:N0}; {Options.Rounds} rounds in turns; medians, quartiles in brackets");
            WriteSpeeds(text, $"prompt of {Options.Prompt} tokens", speed => speed.Prompt);
            WriteSpeeds(text, $"decoding of {Options.Decode} tokens", speed => speed.Decoding);
        }

        return text.ToString();
    }

    /// <summary>One line of JSON.</summary>
    public string Json() => JsonSerializer.Serialize(
        new
        {
            Peer = $"llama.cpp {PeerVersion}",
            Instructions = PeerInstructions,
            Options.Threads,
            Options.Rounds,
            Options.Prompt,
            Options.Decode,
            Options.Shape.Layers,
            Options.Shape.Width,
            Options.Shape.Heads,
            Options.Shape.Mlp,
            Options.Shape.Vocabulary,
            Parameters = Options.Shape.Config.ParameterCount,
            Trained = Trained.Select(AgreementJson),
            Tokenizer,
            Random = Random.Select(AgreementJson),
            Speeds = Speeds.Select(speed => new { Type = speed.Type.Name(), speed.WeightBytes, speed.Prompt, speed.Decoding }),
        },
        SnakeCase);

    private static object AgreementJson(Agreement agreement) => new
    {
        Type = agreement.Type.Name(),
        agreement.OurLoss,
        agreement.PeerLoss,
        agreement.Prompts,
        agreement.Equal,
        agreement.Continued,
        agreement.WidestGap,
        Agrees = Same(agreement),
    };

    private static bool Same(Agreement agreement)
    {
        double tolerance = agreement.Type == WeightType.F32 ? FullPrecisionTolerance : RoundedTolerance;
        // Where two tokens are nearly as good, rounding chooses: logits are wrong by more than a mean of losses is.
        return Math.Abs(agreement.OurLoss - agreement.PeerLoss) <= tolerance && agreement.WidestGap <= 20 * tolerance;
    }

    private static void WriteAgreement(StringBuilder text, string title, IReadOnlyList<Agreement> agreements)
    {
        if (agreements.Count == 0)
        {
            return;
        }

        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{title,-36} {"our loss",10} {"llama.cpp's",12} {"perplexity",11} {"",11} {"greedy tokens equal",20} {"gap where they part",20}");
        foreach (Agreement agreement in agreements)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{agreement.Type.Name(),-36} {agreement.OurLoss,10:0.00000} {agreement.PeerLoss,12:0.00000} {Math.Exp(agreement.OurLoss),11:0.0000} {Math.Exp(agreement.PeerLoss),11:0.0000} {$"{agreement.Equal} of {agreement.Continued}",20} {agreement.WidestGap,20:0.0000}{(Same(agreement) ? "" : "  DISAGREES")}");
        }
    }

    private void WriteSpeeds(StringBuilder text, string title, Func<SpeedComparison, SpeedPair> part)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"{title,-26} {"ours, tokens/s",28} {"llama.cpp, tokens/s",28} {"ours / llama.cpp",22}");
        foreach (SpeedComparison speed in Speeds)
        {
            SpeedPair pair = part(speed);
            text.AppendLine(CultureInfo.InvariantCulture, $"{speed.Type.Name(),-26} {Format(pair.Ours, "0.0"),28} {Format(pair.Peer, "0.0"),28} {Format(pair.Ratio, "0.00"),22}");
        }
    }

    private static string Format(Spread values, string format) => string.Create(
        CultureInfo.InvariantCulture,
        $"{values.Median.ToString(format, CultureInfo.InvariantCulture)} ({values.LowerQuartile.ToString(format, CultureInfo.InvariantCulture)}–{values.UpperQuartile.ToString(format, CultureInfo.InvariantCulture)})");
}
