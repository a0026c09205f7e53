using System.CommandLine;
using System.Diagnostics;
using NGpt.Cli.Display;
using NGpt.Core.Errors;
using NGpt.Core.Generation;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;
using NGpt.Data.Preparation;
using Spectre.Console;

namespace NGpt.Cli.Commands;

/// <summary><c>ngpt data prepare</c>: text in any usual form becomes token files.</summary>
internal sealed class DataPrepareCommand : Command
{
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = CorpusPaths.Description,
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _out = new("--out") { Description = "Folder of the dataset", HelpName = "FOLDER", Required = true };

    private readonly Option<string> _tokenizer = new("--tokenizer")
    {
        Description = $"bytes, characters, bpe or bpe:N (trained on this text, N tokens, {TokenizerChoice.DefaultVocabularySize} by default), or a tokenizer file; default bpe",
        HelpName = "NAME|PATH",
        DefaultValueFactory = _ => "bpe",
    };

    private readonly Option<double?> _fraction = new("--validation-fraction")
    {
        Description = $"Share that is held out; default {HoldOut.DefaultDocumentFraction} of the documents, chosen by a hash of their text, or the last {HoldOut.DefaultTailFraction} of fewer than {HoldOut.ManyDocuments}",
        HelpName = "X",
    };

    private readonly Option<string[]> _textField = TextFieldOption.Create();

    private readonly Option<string?> _separator = new("--document-separator")
    {
        Description = "What stands between the documents of a text file, such as <|endoftext|>; without it a file is one document",
        HelpName = "TEXT",
    };

    private readonly Option<string?> _chatTemplate = new("--chat-template")
    {
        Description = $"JSON lines are conversations (messages with role and content), written with this template: {string.Join(" or ", ChatTemplate.All.Select(template => template.Name))}",
        HelpName = "NAME",
    };

    private readonly Option<string> _format = new("--format")
    {
        Description = "auto (by name and content), text, jsonl or parquet",
        HelpName = "NAME",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<string> _invalidUtf8 = new("--invalid-utf8")
    {
        Description = "reject (leave such a document out) or replace (by U+FFFD); default reject",
        HelpName = "NAME",
        DefaultValueFactory = _ => "reject",
    };

    private readonly Option<bool> _strict = new("--strict") { Description = "Stop at a damaged file in a folder instead of leaving it out" };

    private readonly Option<bool> _dropDuplicates = new("--drop-duplicates") { Description = "Leave out documents whose text is exactly that of an earlier one" };

    private readonly Option<int> _shardTokens = new("--shard-tokens")
    {
        Description = $"Tokens of a full file; default {DatasetRequest.DefaultShardTokens}",
        HelpName = "N",
        DefaultValueFactory = _ => DatasetRequest.DefaultShardTokens,
    };

    private readonly Option<int?> _threads = ThreadOption.Create("Threads that tokenize; as many as cores by default");

    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Replace a dataset of other text or settings in that folder" };

    private readonly Option<bool> _json = new("--json") { Description = "Print the result as one line of JSON" };

    /// <summary>Creates the command.</summary>
    public DataPrepareCommand()
        : base("prepare", "Turn text into token files; run again after an interruption, it resumes.")
    {
        Add(_paths);
        foreach (Option option in (Option[])[_out, _tokenizer, _fraction, _textField, _separator, _chatTemplate, _format, _invalidUtf8, _strict, _dropDuplicates, _shardTokens, _threads, _overwrite, _json])
        {
            Add(option);
        }

        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        long start = Stopwatch.GetTimestamp();
        DatasetRequest request = Request(result);
        using IDisposable? corpus = request.Corpus as IDisposable;
        TextWriter output = result.InvocationConfiguration.Output;
        TextWriter error = result.InvocationConfiguration.Error;
        if (result.GetValue(_format) == "text" && result.GetResult(_textField) is { Implicit: false })
        {
            error.WriteLine($"warning: {_textField.Name} has no effect: {_format.Name} text reads files whole");
        }

        if (result.GetValue(_separator) is not null && (result.GetValue(_format) is "jsonl" or "parquet" || result.GetValue(_chatTemplate) is not null))
        {
            error.WriteLine($"warning: {_separator.Name} has no effect: it divides text files, and these are records");
        }

        using StopSignal stop = new();
        Dataset dataset;
        bool wasPrepared;
        using (PreparationProgress progress = new(error, new AnsiConsoleOutput(error).IsTerminal))
        {
            try
            {
                dataset = DatasetPreparer.PrepareInto(request, result.GetValue(_out)!, result.GetValue(_overwrite), progress, stop.Token);
                wasPrepared = !progress.HasWorked;
            }
            catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
            {
                progress.Dispose();
                error.WriteLine("ngpt: stopped; the same command resumes");
                return stop.ExitCode;
            }
        }

        using (dataset)
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            if (result.GetValue(_json))
            {
                output.WriteLine(DatasetJson.Of(dataset, elapsed));
                return ExitCode.Done;
            }

            SplitSummary train = dataset.Summary.Train;
            double rate = (train.Bytes + dataset.Summary.Validation.Bytes) / elapsed.TotalSeconds;
            FigureLines.Write(output, [.. DatasetFigures.Of(dataset), ("time", wasPrepared ? $"{NumberFormat.Duration(elapsed)}, prepared before" : $"{NumberFormat.Duration(elapsed)}, {NumberFormat.Bytes(rate)} of text per second")]);
            output.WriteLine($"\ntrain: {ProgramName.Current} train --data {Quoted(result.GetValue(_out)!)}");
        }

        return ExitCode.Done;
    }

    private DatasetRequest Request(ParseResult result)
    {
        // Everything that is wrong at once.
        List<string> problems = [];
        TokenizerChoice tokenizer = TokenizerChoice.Bytes;
        Try(() => tokenizer = TokenizerChoice.Parse(result.GetValue(_tokenizer)!));
        Try(() => HoldOut.Validate(result.GetValue(_fraction)));
        CorpusFormat format = CorpusFormat.Auto;
        Try(() => format = Word(_format, [("auto", CorpusFormat.Auto), ("text", CorpusFormat.Text), ("jsonl", CorpusFormat.JsonLines), ("parquet", CorpusFormat.Parquet)]));
        ChatTemplate? conversations = null;
        Try(() => conversations = result.GetValue(_chatTemplate) is string name ? ChatTemplate.Parse(name) : null);
        if (conversations is not null && (format is CorpusFormat.Text or CorpusFormat.Parquet || result.GetResult(_textField) is { Implicit: false }))
        {
            problems.Add("--chat-template reads the messages of JSON lines: leave --format and --text-field out");
        }

        IReadOnlyList<string> fields = [];
        Try(() => fields = TextFieldOption.Read(result, _textField));
        if (result.GetValue(_separator) is "")
        {
            problems.Add("--document-separator is empty");
        }

        InvalidUtf8 invalid = InvalidUtf8.Reject;
        Try(() => invalid = Word(_invalidUtf8, [("reject", InvalidUtf8.Reject), ("replace", InvalidUtf8.Replace)]));
        AtLeastOne(_shardTokens, result.GetValue(_shardTokens));
        string folder = result.GetValue(_out)!;
        if (File.Exists(folder))
        {
            problems.Add($"--out {folder} is a file: give a folder");
        }

        if (result.GetValue(_paths)!.FirstOrDefault(path => FileCorpus.IsInside(folder, path)) is string source)
        {
            problems.Add($"--out {folder} is inside {source}, whose files are read: give another folder");
        }

        int? threads = null;
        Try(() => threads = ThreadOption.Read(result, _threads));
        if (problems.Count > 0)
        {
            throw new UsageException(string.Join("; ", problems));
        }

        return new DatasetRequest
        {
            Corpus = CorpusPaths.Open(result.GetValue(_paths)!, new FileCorpusOptions
            {
                TextFields = fields.Count > 0 ? fields : ["text"],
                DocumentSeparator = result.GetValue(_separator),
                Format = format,
                InvalidUtf8 = invalid,
                Conversations = conversations,
                IsStrict = result.GetValue(_strict),
            }),
            Tokenizer = tokenizer,
            ValidationFraction = result.GetValue(_fraction),
            DropDuplicates = result.GetValue(_dropDuplicates),
            ShardTokens = result.GetValue(_shardTokens),
            Threads = threads ?? Environment.ProcessorCount,
        };

        void Try(Action check)
        {
            try
            {
                check();
            }
            catch (UsageException problem)
            {
                problems.Add(problem.Message);
            }
        }

        void AtLeastOne(Option option, int value)
        {
            if (value < 1)
            {
                problems.Add($"{option.Name} {value} is below 1");
            }
        }

        T Word<T>(Option<string> option, (string Name, T Value)[] known)
        {
            string given = result.GetValue(option)!;
            int place = Array.FindIndex(known, word => word.Name == given);
            return place >= 0
                ? known[place].Value
                : throw new UsageException($"{option.Name} \"{given}\" is not one of {string.Join(", ", known.Select(word => word.Name))}");
        }
    }

    private static string Quoted(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"\"{path}\"" : path;
}
