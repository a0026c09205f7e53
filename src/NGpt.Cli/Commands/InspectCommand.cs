using System.CommandLine;
using NGpt.Cli.Display;
using NGpt.Core.Errors;
using NGpt.Lab.Inspection;
using NGpt.Lab.Reports;
using NGpt.Torch.Native;
using NGpt.Torch.Training;

namespace NGpt.Cli.Commands;

/// <summary><c>ngpt inspect</c>: measurements of trained models, side by side. Progress goes to standard error.</summary>
internal sealed class InspectCommand : Command
{
    private const int MaxNames = 3;

    private readonly Argument<string[]> _runs = new("RUN")
    {
        Description = "Run folders or checkpoint folders, for example one of nGPT and one of GPT",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _out = new("--out")
    {
        Description = "Folder of the report, whose files are replaced; default reports/inspect-RUN",
        HelpName = "FOLDER",
    };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "Text or prepared tokens whose held-out part the models are measured on; default is each run's own data",
        HelpName = "PATH",
    };

    private readonly Option<string> _checkpoint = new("--checkpoint")
    {
        Description = "Which checkpoint of a run: best, latest, or the number of a step; default best",
        HelpName = "best|latest|STEP",
        DefaultValueFactory = _ => "best",
    };

    private readonly Option<int> _windows = new("--windows")
    {
        Description = $"Windows of 8 times the context length to measure on; default {InspectionRequest.DefaultWindows}",
        HelpName = "N",
        DefaultValueFactory = _ => InspectionRequest.DefaultWindows,
    };

    private readonly Option<bool> _skipData = new("--skip-data")
    {
        Description = "Measure the parameters only: no angles of the residual stream, no losses",
    };

    private readonly Option<int?> _threads = ThreadOption.Create();

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print the main measurements as one line of JSON on standard output; everything else goes to standard error",
    };

    /// <summary>Creates the command.</summary>
    public InspectCommand()
        : base("inspect", "Measure trained models: norms, condition numbers, learned scales, angles, losses at longer contexts.")
    {
        Add(_runs);
        foreach (Option option in (Option[])[_out, _data, _checkpoint, _windows, _skipData, _threads, _json])
        {
            Add(option);
        }

        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        InspectionRequest request = Request(result);
        string folder = result.GetValue(_out) ?? DefaultFolder(request.Paths);
        if (File.Exists(folder))
        {
            throw new UsageException($"--out {folder} is a file", "give a folder");
        }

        NativeEnvironment.Prepare(ThreadOption.Read(result, _threads));
        LibTorch.Load();
        TextWriter output = result.InvocationConfiguration.Output;
        TextWriter error = result.InvocationConfiguration.Error;
        using StopSignal stop = new();
        InspectionResult inspection;
        try
        {
            inspection = Inspector.Inspect(request, new Progress(error), stop.Token);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            error.WriteLine("ngpt: stopped without a report");
            return stop.ExitCode;
        }

        ReportOrigin origin = ReportOrigin.Now(CommandText.Of(result), inspection.Elapsed, [InspectionRequest.Seed], InspectionReport.Configuration(request));
        string page = ReportWriter.Write(InspectionReport.Of(inspection, origin), folder)[0];
        bool json = result.GetValue(_json);
        InspectionText.Write(json ? error : output, inspection, page);
        if (json)
        {
            output.WriteLine(InspectionJson.Write(inspection, page));
        }

        return ExitCode.Done;
    }

    // Named for the first of the given folders.
    private static string DefaultFolder(IReadOnlyList<string> paths)
    {
        string[] names = [.. paths.Take(MaxNames).Select(path => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))))];
        string rest = paths.Count > MaxNames ? $"-and-{paths.Count - MaxNames}-more" : "";
        return Path.Combine("reports", $"inspect-{string.Join("-", names)}{rest}");
    }

    private InspectionRequest Request(ParseResult result)
    {
        InspectionRequest request = new()
        {
            Paths = result.GetValue(_runs)!,
            Checkpoint = CheckpointChoice.Parse(result.GetValue(_checkpoint)!),
            Data = result.GetValue(_data),
            SkipsData = result.GetValue(_skipData),
            Windows = result.GetValue(_windows),
        };
        request.ThrowIfInvalid();
        return request;
    }

    private sealed class Progress(TextWriter output) : IPreparationObserver
    {
        public void OnWarning(string message) => Line($"warning: {message}");

        public void OnPreparing(string message) => Line(message);

        private void Line(string text)
        {
            output.WriteLine(text);
            output.Flush();
        }
    }
}
