using System.Net;
using System.Security.Cryptography;
using NGpt.Core.Errors;

namespace NGpt.Data.Fetch;

/// <summary>
/// Downloads the files of a corpus. A broken connection is continued where it broke, also by a later call; a file gets its
/// name when it is whole and its checksum is right. Where no checksum is known, the one that is found is recorded in
/// <c>fetch.json</c> beside the files, and a later fetch must find the same.
/// </summary>
public sealed class CorpusFetcher : IDisposable
{
    /// <summary>The environment variable that names another address to fetch from.</summary>
    public const string BaseVariable = "NGPT_FETCH_BASE";

    private readonly FetchOptions _options;
    private readonly HttpClient _client;

    /// <summary>Creates a fetcher.</summary>
    /// <param name="options">How files are downloaded, or null for the defaults.</param>
    public CorpusFetcher(FetchOptions? options = null)
    {
        _options = options ?? new FetchOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Attempts, 1, nameof(options));
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            UseCookies = false,
        };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("ngpt");
    }

    /// <summary>Brings all files of a corpus into a folder. Files that are there already are only checked.</summary>
    /// <param name="download">The corpus.</param>
    /// <param name="folder">The folder; created where it does not exist.</param>
    /// <param name="progress">Is told how far it is, or null.</param>
    /// <param name="cancellationToken">Stops; what was received stays and is continued by the next call.</param>
    /// <returns>The files, in the order of the corpus.</returns>
    /// <exception cref="NGptException">A file cannot be had, is not what it should be, or cannot be written.</exception>
    public async Task<IReadOnlyList<FetchedFile>> FetchAsync(
        CorpusDownload download, string folder, IProgress<FetchProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(download);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string full = Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(full);
            FetchRecord record = FetchRecord.Open(full);
            var files = new List<FetchedFile>();
            foreach (CorpusFile file in download.Files)
            {
                files.Add(await Fetch(file, Path.Combine(full, file.Name), record, progress, cancellationToken).ConfigureAwait(false));
            }

            return files;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new NGptException($"{full} cannot be written: {error.Message.TrimEnd('.')}", "check permissions and the space on the disk, or name another folder: --out DIR", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<FetchedFile> Fetch(CorpusFile file, string path, FetchRecord record, IProgress<FetchProgress>? progress, CancellationToken stop)
    {
        string? expected = file.Sha256 ?? record.Sha256(file.Name);
        if (File.Exists(path))
        {
            return await CheckPresent(path, expected, stop).ConfigureAwait(false);
        }

        using var part = new PartFile(path);
        await new FileDownload(_client, _options, file, part, progress).Run(stop).ConfigureAwait(false);
        string found = await Hash(part.Content(), stop).ConfigureAwait(false);
        var fetched = new FetchedFile(path, part.Length, found, IsVerified: expected is not null, WasThere: false);
        if (expected is not null && found != expected)
        {
            part.Delete();
            throw new NGptException(
                $"{file.Name} has the SHA-256 {found} instead of {expected}; it was removed",
                file.Sha256 is not null ? "try again, or another address: --from URL" : "it changed since it was fetched last: delete fetch.json beside it to take the new one");
        }

        part.Complete();
        record.Add(file.Name, file.Address, fetched, TimeProvider.System.GetUtcNow());
        return fetched;
    }

    private static async Task<FetchedFile> CheckPresent(string path, string? expected, CancellationToken stop)
    {
        if (expected is null)
        {
            throw new NGptException($"{path} is there already, and not from an earlier fetch", "move it away, or name another folder: --out DIR");
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        string found = await Hash(stream, stop).ConfigureAwait(false);
        return found == expected
            ? new FetchedFile(path, stream.Length, found, IsVerified: true, WasThere: true)
            : throw new FileFormatException(path, $"the file has the SHA-256 {found} instead of {expected}: it was changed", "delete it to fetch it again");
    }

    private static async Task<string> Hash(Stream stream, CancellationToken stop) =>
        Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, stop).ConfigureAwait(false));
}
