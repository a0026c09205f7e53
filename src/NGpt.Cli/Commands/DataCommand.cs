using System.CommandLine;
using NGpt.Cli.Display;
using NGpt.Data.Preparation;

namespace NGpt.Cli.Commands;

/// <summary><c>ngpt data info</c>: shows what a dataset holds.</summary>
internal sealed class DataInfoCommand : Command
{
    private const int SampleLength = 160;

    private readonly Argument<string> _folder = new("FOLDER") { Description = "Folder that ngpt data prepare wrote, or with token files of nanoGPT or llm.c" };

    private readonly Option<string?> _tokenizer = new("--tokenizer")
    {
        Description = "Tokenizer of token files that came from elsewhere without one",
        HelpName = "PATH",
    };

    private readonly Option<bool> _check = new("--check") { Description = "Read everything and compare it with what was written" };

    private readonly Option<bool> _json = new("--json") { Description = "Print the figures as one line of JSON" };

    /// <summary>Creates the command.</summary>
    public DataInfoCommand()
        : base("info", "Show what a dataset holds.")
    {
        Add(_folder);
        Add(_tokenizer);
        Add(_check);
        Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        bool check = result.GetValue(_check);
        using Dataset dataset = DatasetFolder.Open(result.GetValue(_folder)!, result.GetValue(_tokenizer), check, warning => result.InvocationConfiguration.Error.WriteLine($"warning: {warning}"));
        if (check)
        {
            dataset.Train.Validate(dataset.Tokenizer.VocabularySize);
            dataset.Validation.Validate(dataset.Tokenizer.VocabularySize);
        }

        TextWriter output = result.InvocationConfiguration.Output;
        if (result.GetValue(_json))
        {
            output.WriteLine(DatasetJson.Of(dataset));
            return ExitCode.Done;
        }

        FigureLines.Write(output, [.. DatasetFigures.Of(dataset), .. check ? [("checked", "contents are those that were written")] : Array.Empty<(string, string)>()]);
        output.WriteLine("\ntraining documents, the first, one in the middle and the last:");
        foreach (DocumentSample document in DocumentSample.Of(dataset))
        {
            output.WriteLine($"  token {document.Position:N0}: {Shown(document)}");
        }

        return ExitCode.Done;
    }

    // One line: its end is shown, and everything that would move the cursor.
    private static string Shown(DocumentSample document)
    {
        string text = document.Beginning;
        int length = Math.Min(text.Length, SampleLength);
        length -= length > 0 && length < text.Length && char.IsHighSurrogate(text[length - 1]) ? 1 : 0;
        string line = VisibleText.Of(text[..length].Replace("\n", "\\n", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal));
        return document.IsCut || length < text.Length ? line + "…" : line;
    }
}

/// <summary><c>ngpt data</c>: from text to token files.</summary>
internal sealed class DataCommand : Command
{
    /// <summary>Creates the command.</summary>
    public DataCommand()
        : base("data", "Fetch, prepare and inspect training data.")
    {
        Add(new DataFetchCommand());
        Add(new DataPrepareCommand());
        Add(new DataInfoCommand());
    }
}
