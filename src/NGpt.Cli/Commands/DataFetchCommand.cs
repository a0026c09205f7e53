using System.CommandLine;
using NGpt.Cli.Display;
using NGpt.Core.Errors;
using NGpt.Data.Fetch;

namespace NGpt.Cli.Commands;

/// <summary><c>ngpt data fetch</c>: downloads a public corpus.</summary>
internal sealed class DataFetchCommand : Command
{
    private readonly Argument<string?> _name = new("NAME")
    {
        Description = $"The corpus: {string.Join(", ", CorpusCatalog.All.Select(download => download.Name))}",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _out = new("--out") { Description = "The folder for the files; default data/NAME", HelpName = "DIR" };

    private readonly Option<string?> _from = new("--from")
    {
        Description = $"Fetch from another host with the same paths, such as a mirror; also {CorpusFetcher.BaseVariable}",
        HelpName = "URL",
    };

    private readonly Option<bool> _allowHttp = new("--allow-http") { Description = "Allow a host without encryption" };

    private readonly Option<bool> _list = new("--list") { Description = "List the corpora, with sizes and licences, and fetch nothing" };

    /// <summary>Creates the command.</summary>
    public DataFetchCommand()
        : base("fetch", "Download a public corpus; a broken download is continued.")
    {
        Add(_name);
        foreach (Option option in (IEnumerable<Option>)[_out, _from, _allowHttp, _list])
        {
            Add(option);
        }

        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        TextWriter output = result.InvocationConfiguration.Output;
        TextWriter error = result.InvocationConfiguration.Error;
        if (result.GetValue(_list))
        {
            List(output);
            return ExitCode.Done;
        }

        CorpusDownload download = CorpusCatalog.Find(result.GetValue(_name) ?? throw new UsageException("no corpus is named", "ngpt data fetch --list shows them"));
        FetchOptions options = new() { BaseAddress = Base(result), AllowHttp = result.GetValue(_allowHttp) };
        string folder = result.GetValue(_out) ?? Path.Combine("data", download.Name);
        error.WriteLine($"{download.Name}: {NumberFormat.Count(download.Files.Count, "file")}, about {NumberFormat.Bytes(download.ApproximateBytes)}, into {folder}; licence: {download.License}");
        using StopSignal stop = new();
        using CorpusFetcher fetcher = new(options);
        IReadOnlyList<FetchedFile> files;
        try
        {
            files = FetchDisplays.Watch(error, progress => fetcher.FetchAsync(download, folder, progress, stop.Token).GetAwaiter().GetResult());
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            error.WriteLine("ngpt: stopped; what was received stays, and the same command continues it");
            return stop.ExitCode;
        }

        foreach (FetchedFile file in files)
        {
            string how = file.WasThere ? "was there already, checked" : file.IsVerified ? "fetched, checksum right" : "fetched, no checksum is known to compare with: recorded in fetch.json";
            output.WriteLine($"{file.Path}  {NumberFormat.Bytes(file.Bytes)}  sha256 {file.Sha256}  {how}");
        }

        return ExitCode.Done;
    }

    private Uri? Base(ParseResult result)
    {
        string? given = result.GetValue(_from);
        string? text = given ?? Environment.GetEnvironmentVariable(CorpusFetcher.BaseVariable);
        return string.IsNullOrEmpty(text) ? null
            : Uri.TryCreate(text, UriKind.Absolute, out Uri? address) ? address
            : throw new UsageException($"{(given is null ? CorpusFetcher.BaseVariable : _from.Name)} \"{text}\" is no address", "give one such as https://example.org");
    }

    private static void List(TextWriter output)
    {
        int width = CorpusCatalog.All.Max(download => download.Name.Length);
        foreach (CorpusDownload download in CorpusCatalog.All)
        {
            output.WriteLine($"{download.Name.PadRight(width)}  {NumberFormat.Bytes(download.ApproximateBytes),8}  {download.Description}; licence: {download.License}");
        }
    }
}
