using System.CommandLine;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using NGpt.Cli.Display;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;

namespace NGpt.Cli.Commands;

/// <summary>
/// <c>ngpt tokenizer train</c>: learns byte pairs from text and writes <c>tokenizer.json</c>. The summary goes to standard
/// output, progress to standard error.
/// </summary>
internal sealed class TokenizerTrainCommand : Command
{
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = CorpusPaths.Description,
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<int> _vocabularySize = new("--vocabulary-size", "-V")
    {
        Description = $"Tokens, with the 256 bytes and end-of-text: {BytePairTrainer.MinVocabularySize} to {BytePairTrainer.MaxVocabularySize:N0}",
        HelpName = "N",
        Required = true,
    };

    private readonly Option<string> _out = new("--out", "-o")
    {
        Description = "The file to write; replaced where it exists",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _pattern = new("--pattern")
    {
        Description = "How text is cut into words before: gpt2 or gpt4; default gpt4",
        HelpName = "NAME",
        DefaultValueFactory = _ => SplitPattern.Gpt4.Name,
    };

    private readonly Option<long?> _limit = new("--limit")
    {
        Description = "Read at most this much text",
        HelpName = "BYTES",
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print the summary as one line of JSON at the end",
    };

    /// <summary>Creates the command.</summary>
    public TokenizerTrainCommand()
        : base("train", "Learn a byte-level BPE tokenizer from text and write it as tokenizer.json.")
    {
        Add(_paths);
        foreach (Option option in (IEnumerable<Option>)[_vocabularySize, _out, _pattern, _limit, _json])
        {
            Add(option);
        }

        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        SplitPattern pattern = Pattern(result.GetValue(_pattern)!);
        string path = Target(result.GetValue(_out)!);
        int size = result.GetValue(_vocabularySize);
        // Asked again by the trainer; known to be wrong before text is read.
        if (size is < BytePairTrainer.MinVocabularySize or > BytePairTrainer.MaxVocabularySize)
        {
            throw new UsageException($"--vocabulary-size {size} is outside {BytePairTrainer.MinVocabularySize} to {BytePairTrainer.MaxVocabularySize}");
        }

        long limit = result.GetValue(_limit) ?? long.MaxValue;
        if (limit < 1)
        {
            throw new UsageException($"--limit {limit} is below 1");
        }

        using StopSignal stop = new();
        using BytePairTrainer trainer = new(pattern);
        var progress = new TokenizerProgress(result.InvocationConfiguration.Error);
        long began = Stopwatch.GetTimestamp();
        Read(result.GetValue(_paths)!, trainer, limit, progress, stop.Token);
        BytePairTokenizer tokenizer = trainer.Train(size, hasEndOfText: true, progress, stop.Token);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(began);
        TokenizerFile.Save(tokenizer, path);
        if (tokenizer.VocabularySize < size)
        {
            progress.Warn($"the text has pairs for {NumberFormat.Count(tokenizer.VocabularySize)} tokens only, of {NumberFormat.Count(size)}; give more text for more");
        }

        TextWriter output = result.InvocationConfiguration.Output;
        double rate = trainer.TextBytes / Math.Max(elapsed.TotalSeconds, 1e-9);
        output.WriteLine($"{path}: {NumberFormat.Count(tokenizer.VocabularySize)} tokens, pattern {pattern.Name}");
        output.WriteLine($"trained on {NumberFormat.Bytes(trainer.TextBytes)} in {NumberFormat.Duration(elapsed)} ({NumberFormat.Bytes(rate)}/s): {NumberFormat.Ratio((double)trainer.TextBytes / trainer.TextTokens)} bytes a token on this text");
        if (result.GetValue(_json))
        {
            output.WriteLine(Json(path, tokenizer, trainer, elapsed));
        }

        return ExitCode.Done;
    }

    private static void Read(string[] paths, BytePairTrainer trainer, long limit, TokenizerProgress progress, CancellationToken stop)
    {
        ICorpus corpus = CorpusPaths.Open(paths);
        using IDisposable? files = corpus as IDisposable;
        IReadOnlyList<LeftOut> leftOut = [];
        foreach (CorpusEntry entry in corpus.Read(default, stop))
        {
            if (entry.Rejected is RejectedDocument rejected)
            {
                leftOut = LeftOut.Add(leftOut, rejected);
                continue;
            }

            ReadOnlySpan<byte> text = entry.Document!.Utf8.Span;
            long left = limit - trainer.TextBytes;
            trainer.Add(text[..WholeCharacters(text, left)], stop);
            progress.Read(trainer.TextBytes);
            if (left <= text.Length)
            {
                break;
            }
        }

        foreach (LeftOut reason in leftOut)
        {
            progress.Warn($"left out {reason.Describe()}");
        }
    }

    private static int WholeCharacters(ReadOnlySpan<byte> text, long max)
    {
        if (max >= text.Length)
        {
            return text.Length;
        }

        int length = (int)max;
        while (length > 0 && (text[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return length;
    }

    private static SplitPattern Pattern(string name)
    {
        SplitPattern[] known = [SplitPattern.Gpt2, SplitPattern.Gpt4];
        return known.FirstOrDefault(pattern => pattern.Name == name)
            ?? throw new UsageException($"--pattern {name} is unknown", $"give {string.Join(" or ", known.Select(pattern => pattern.Name))}");
    }

    private static string Target(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"--out {path}: there is no folder {folder}", "create it first");
        }

        return Directory.Exists(path) ? throw new UsageException($"--out {path} is a folder", $"give a file in it: {Path.Combine(path, TokenizerFile.FileName)}") : path;
    }

    private static string Json(string path, BytePairTokenizer tokenizer, BytePairTrainer trainer, TimeSpan elapsed)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("file", path);
            json.WriteNumber("vocabulary_size", tokenizer.VocabularySize);
            json.WriteString("pattern", tokenizer.Pattern!.Name);
            json.WriteNumber("text_bytes", trainer.TextBytes);
            json.WriteNumber("text_tokens", trainer.TextTokens);
            json.WriteNumber("bytes_per_token", Math.Round((double)trainer.TextBytes / trainer.TextTokens, 4));
            json.WriteNumber("seconds", Math.Round(elapsed.TotalSeconds, 3));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}

/// <summary><c>ngpt tokenizer</c>: trains tokenizers and shows what they do.</summary>
internal sealed class TokenizerCommand : Command
{
    /// <summary>Creates the command.</summary>
    public TokenizerCommand()
        : base("tokenizer", "Train a tokenizer on text, or see how one cuts a text.")
    {
        Add(new TokenizerTrainCommand());
        Add(new TokenizerEncodeCommand());
    }
}
