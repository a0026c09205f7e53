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
    /// <param name="progress">Receives progress, or null.</param>
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

/// <summary>How files are downloaded.</summary>
public sealed record FetchOptions
{
    /// <summary>Takes the place of the scheme, host and port of every address, for a mirror with the same paths; null for none.</summary>
    public Uri? BaseAddress { get; init; }

    /// <summary>Whether plain http is allowed beyond this machine. Without encryption anybody on the way can change the data.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>How often in a row nothing is received before it is given up; at least 1.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>The longest wait for the next bytes.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Waits between attempts; null for a real wait.</summary>
    public Func<TimeSpan, CancellationToken, Task>? Delay { get; init; }

    /// <summary>The free bytes on the disk of a folder; null to ask the system.</summary>
    public Func<string, long>? FreeBytes { get; init; }
}

/// <summary>How far a download is.</summary>
/// <param name="File">The name of the file.</param>
/// <param name="Bytes">Bytes of it that are on the disk.</param>
/// <param name="Total">Its bytes, where that is known.</param>
/// <param name="BytesPerSecond">The rate of the last seconds; 0 where nothing was received yet.</param>
/// <param name="Note">Something that the user should know, such as another attempt; or null.</param>
public sealed record FetchProgress(string File, long Bytes, long? Total, double BytesPerSecond, string? Note = null)
{
    /// <summary>The time that is left at this rate, or null where it is not known.</summary>
    public TimeSpan? Left => Total is { } total && BytesPerSecond > 0 ? TimeSpan.FromSeconds(Math.Min(1e9, (total - Bytes) / BytesPerSecond)) : null;
}

/// <summary>A file that lies on the disk now.</summary>
/// <param name="Path">Where.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Sha256">The SHA-256 of its content.</param>
/// <param name="IsVerified">Whether the hash was compared with one known before; otherwise it is known from now on.</param>
/// <param name="WasThere">Whether it was there already.</param>
public sealed record FetchedFile(string Path, long Bytes, string Sha256, bool IsVerified, bool WasThere);

/// <summary>Bytes a second over the last few seconds.</summary>
internal sealed class RateMeter(TimeProvider time)
{
    private const double Window = 10;

    private readonly Queue<(long Time, long Bytes)> _samples = new();
    private long _bytes;

    /// <summary>Adds bytes that were received now.</summary>
    public void Add(long bytes)
    {
        _bytes += bytes;
        long now = time.GetTimestamp();
        _samples.Enqueue((now, _bytes));
        while (_samples.Count > 2 && time.GetElapsedTime(_samples.Peek().Time, now).TotalSeconds > Window)
        {
            _samples.Dequeue();
        }
    }

    /// <summary>The rate.</summary>
    public double BytesPerSecond
    {
        get
        {
            if (_samples.Count < 2)
            {
                return 0;
            }

            (long since, long before) = _samples.Peek();
            double seconds = time.GetElapsedTime(since).TotalSeconds;
            return seconds > 0 ? (_bytes - before) / seconds : 0;
        }
    }
}
