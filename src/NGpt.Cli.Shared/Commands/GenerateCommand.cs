using System.CommandLine;
using System.Text;
using System.Text.Json;
using NGpt.Cli.Display;
using NGpt.Core.Errors;
using NGpt.Core.Generation;
using NGpt.Core.Sampling;
using NGpt.Runtime.Generation;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Models;

namespace NGpt.Cli.Commands;

/// <summary><c>ngpt generate</c>: continues a prompt with a trained model. Text goes to standard output, all else to standard error.</summary>
internal sealed class GenerateCommand : Command
{
    // A prompt is read whole before its end is kept: a file far longer than any context is a mistake.
    private const int MaxPromptLength = 64 << 20;

    private readonly ModelChoice _model = new();

    private readonly Option<string?> _prompt = new("--prompt", "-p")
    {
        Description = "The text to continue; without one, a new document begins",
        HelpName = "TEXT",
    };

    private readonly Option<string?> _file = new("--file", "-f")
    {
        Description = "Read the prompt from a file, - for standard input",
        HelpName = "FILE",
    };

    private readonly Option<string?> _device = new("--device") { Hidden = true };

    private readonly Option<int?> _threads = ThreadOption.Create();

    private readonly Option<string?> _cacheType = CacheTypeOption.Create();

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print the result as one line of JSON instead of the text",
    };

    private readonly LoadingOption _loading = new();

    private readonly SamplingOptionSet _sampling = new();

    /// <summary>Creates the command.</summary>
    public GenerateCommand()
        : base("generate", "Continue a prompt with a trained model.")
    {
        _model.AddTo(this);
        Add(_prompt);
        Add(_file);
        foreach (Option option in _sampling.All)
        {
            Add(option);
        }

        Add(_device);
        Add(_threads);
        Add(_cacheType);
        _loading.AddTo(this);
        Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        string path = _model.Read(result);
        SamplingOptions options = _sampling.Read(result);
        string prompt = Prompt(result);
        ContextOptions context = new() { Threads = ThreadOption.Read(result, _threads), CacheType = CacheTypeOption.Read(result, _cacheType) };
        RefuseOtherDevices(result.GetValue(_device));
        using RuntimeModel model = ModelChoice.Load(path, _loading.Read(result));
        using TextGenerator generator = new(model, context);
        using StopSignal stop = new();
        TextWriter output = result.InvocationConfiguration.Output;
        TextWriter error = result.InvocationConfiguration.Error;
        bool json = result.GetValue(_json);
        GenerationResult generated;
        // A prompt that the vocabulary cannot write fails here, before anything is shown.
        int promptTokens = model.Tokenizer.EncodePrompt(prompt).Length;
        if (promptTokens > generator.ContextLength)
        {
            error.WriteLine($"ngpt: warning: the prompt has {promptTokens:N0} tokens, more than the context length of {generator.ContextLength:N0}: its beginning is not read");
        }

        if (result.GetValue(_prompt)?.Contains('\uFFFD', StringComparison.Ordinal) == true)
        {
            error.WriteLine("ngpt: warning: the prompt has U+FFFD, which stands for bytes that are not UTF-8");
        }

        if (json)
        {
            generated = generator.Generate(prompt, options, stop: stop.Token);
            output.WriteLine(Json(model.Path, prompt, generated));
        }
        else
        {
            bool visible = VisibleText.IsNeeded(output);
            Stream(output, prompt, visible);
            generated = generator.Generate(prompt, options, text => Stream(output, text, visible), stop.Token);
            output.WriteLine();
        }

        if (generated.DiscardedTokens > 0 && promptTokens <= generator.ContextLength)
        {
            error.WriteLine(
                $"ngpt: warning: prompt and text are longer than the context length of {generator.ContextLength:N0} tokens: "
                + $"the first {generated.DiscardedTokens:N0} were not read in the end");
        }

        if (!json)
        {
            error.WriteLine(Summary(model.Path, generated));
        }

        return generated.Reason == StopReason.Cancelled ? stop.ExitCode : ExitCode.Done;
    }

    // Scripts from before may name the only device that is left.
    private static void RefuseOtherDevices(string? device)
    {
        if (device is not (null or "auto" or "cpu"))
        {
            throw new UsageException($"--device {device}: text is generated on the processor", "leave --device out");
        }
    }

    private static void Stream(TextWriter output, string text, bool visible)
    {
        output.Write(visible ? VisibleText.Of(text) : text);
        output.Flush();
    }

    private static string Summary(string model, GenerationResult generated)
    {
        double rate = generated.GeneratedTokens / Math.Max(generated.Elapsed.TotalSeconds, 1e-9);
        return $"{model}: {generated.GeneratedTokens} tokens, {rate:0} a second, ended by {EndText.Of(generated.Reason)}; --seed {generated.Seed} gives this text again";
    }

    private static string Json(string model, string prompt, GenerationResult generated)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("model", model);
            json.WriteString("prompt", prompt);
            json.WriteString("text", generated.Text);
            json.WriteNumber("prompt_tokens", generated.PromptTokens);
            json.WriteNumber("generated_tokens", generated.GeneratedTokens);
            json.WriteNumber("discarded_tokens", generated.DiscardedTokens);
            json.WriteString("stop_reason", JsonNamingPolicy.SnakeCaseLower.ConvertName(generated.Reason.ToString()));
            json.WriteNumber("seed", generated.Seed);
            json.WriteNumber("seconds", Math.Round(generated.Elapsed.TotalSeconds, 3));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private string Prompt(ParseResult result)
    {
        if (result.GetValue(_file) is not string path)
        {
            return result.GetValue(_prompt) ?? string.Empty;
        }

        if (result.GetValue(_prompt) is not null)
        {
            throw new UsageException("--prompt and --file are both given", "give one of them");
        }

        try
        {
            using Stream source = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
            return ReadText(source, path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new NGptException($"{path}: the prompt cannot be read: {failure.Message}", "check the name and its permissions", failure);
        }
    }

    private static string ReadText(Stream source, string path)
    {
        using MemoryStream bytes = new();
        byte[] buffer = new byte[1 << 16];
        for (int count; (count = source.Read(buffer)) > 0;)
        {
            bytes.Write(buffer, 0, count);
            if (bytes.Length > MaxPromptLength)
            {
                throw new UsageException($"{path}: the prompt is longer than {MaxPromptLength >> 20} MiB", "give its end only");
            }
        }

        try
        {
            string text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes.ToArray());
            // As the model was trained: corpora are read without a byte-order mark and with LF for CR LF.
            text = (text.StartsWith('\uFEFF') ? text[1..] : text).Replace("\r\n", "\n", StringComparison.Ordinal);
            // The line end that every text file has is not meant as part of the prompt.
            return text.EndsWith('\n') ? text[..^1] : text;
        }
        catch (DecoderFallbackException failure)
        {
            throw new FileFormatException(path, $"is not UTF-8 text: byte {failure.Index} is invalid", "convert it, for example with iconv");
        }
    }
}
