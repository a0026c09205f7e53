using System.Text;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Sampling.Constraints;

/// <summary>Applies <see cref="TokenConstraints"/> to the logits of one text, and follows the text in the grammar.</summary>
internal sealed class LogitFilter
{
    // Excluded tokens have the smallest number. No penalty brings another one near it, so that none is drawn at any temperature.
    private const float Excluded = float.MinValue;
    private const float Smallest = float.MinValue / 2;

    private readonly TokenConstraints _constraints;
    private readonly HashSet<int> _stopTokens;
    private readonly int[] _endTokens;
    private readonly float[] _endLogits;
    private Frame[] _frames;
    private TokenMask? _mask;

    public LogitFilter(TokenConstraints constraints, ITokenizer tokenizer, int vocabularySize, bool ignoresEndOfText)
    {
        ThrowIfNotInVocabulary([.. constraints.LogitBias.Keys, .. constraints.StopTokens], vocabularySize);
        _constraints = constraints;
        _stopTokens = [.. constraints.StopTokens];
        _frames = constraints.Json is JsonConstraint json ? [json.Grammar.Start] : [];
        _mask = constraints.Json?.MaskOf(ref _frames);
        bool needsEndTokens = constraints.Json is not null || (constraints.MinTokens > 0 && !ignoresEndOfText);
        IReadOnlyList<int> ends = needsEndTokens ? TokenTrie.Of(tokenizer).EndTokens : [];
        _endTokens = [.. ends.Concat(_stopTokens).Distinct().Where(token => token < vocabularySize)];
        _endLogits = new float[_endTokens.Length];
    }

    /// <summary>Whether a grammar decides where the text ends.</summary>
    public bool HasGrammar => _constraints.Json is not null;

    /// <summary>Whether the text follows the grammar and nothing can be added.</summary>
    public bool IsComplete => _mask is { HasAny: false } && CanEnd;

    private bool CanEnd => _frames.Any(frame => frame.Node.CanEnd(frame));

    public bool IsStopToken(int token) => _stopTokens.Contains(token);

    /// <summary>Whether stop strings are not looked for in the text of a token, by its number from 1.</summary>
    public bool IgnoresStopStrings(int generated) => generated <= _constraints.MinTokens;

    /// <summary>Changes the logits of the next token, before which <paramref name="generated"/> tokens were generated.</summary>
    public void Apply(Span<float> logits, int generated)
    {
        foreach ((int token, float bias) in _constraints.LogitBias)
        {
            logits[token] = Math.Clamp(logits[token] + bias, float.MinValue, float.MaxValue);
        }

        bool excludesEnds = generated < _constraints.MinTokens;
        if (_mask is not null)
        {
            ExcludeByMask(logits, excludesEnds && _mask.HasAny);
        }
        else if (excludesEnds)
        {
            foreach (ref float logit in logits)
            {
                logit = Math.Max(logit, Smallest);
            }

            foreach (int token in _endTokens)
            {
                logits[token] = Excluded;
            }
        }
    }

    /// <summary>Follows a token of the text.</summary>
    /// <exception cref="NGptException">The vocabulary has no token with which the JSON text could go on.</exception>
    public void Accept(ReadOnlySpan<byte> bytes)
    {
        if (_constraints.Json is not JsonConstraint json)
        {
            return;
        }

        _frames = JsonConstraint.Advance(_frames, bytes);
        _mask = json.MaskOf(ref _frames);
        if (!_mask.HasAny && !CanEnd)
        {
            throw new NGptException(
                $"the model's vocabulary has no token that continues the JSON text after {SchemaPath.Shown(Encoding.UTF8.GetString(bytes))}",
                "use a model with a byte-level tokenizer, or another schema");
        }
    }

    private static void ThrowIfNotInVocabulary(int[] tokens, int vocabularySize)
    {
        foreach (int token in tokens.Where(token => (uint)token >= (uint)vocabularySize))
        {
            throw new UsageException($"token {token} of the constraints is not in the vocabulary", $"token ids are 0 to {vocabularySize - 1}");
        }
    }

    private void ExcludeByMask(Span<float> logits, bool excludesEnds)
    {
        bool allowsEnds = CanEnd && !excludesEnds;
        for (int i = 0; i < _endTokens.Length; i++)
        {
            _endLogits[i] = allowsEnds ? Math.Max(logits[_endTokens[i]], Smallest) : Excluded;
        }

        for (int token = 0; token < logits.Length; token++)
        {
            logits[token] = _mask!.Allows(token) ? Math.Max(logits[token], Smallest) : Excluded;
        }

        for (int i = 0; i < _endTokens.Length; i++)
        {
            logits[_endTokens[i]] = _endLogits[i];
        }
    }
}
