using System.Net;
using System.Net.Http.Headers;
using NGpt.Core.Errors;

namespace NGpt.Data.Fetch;

/// <summary>Receives one file into its part: one attempt after the other, each from where the one before ended.</summary>
internal sealed class FileDownload(HttpClient client, FetchOptions options, CorpusFile file, PartFile part, IProgress<FetchProgress>? progress)
{
    private const int MaxRedirects = 5;
    private const long DiskReserve = 64 << 20;
    private const long MinLimit = 1 << 20;
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxRequestedWait = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(200);

    private readonly FetchAddress _addresses = new(options);
    private readonly RateMeter _rate = new(TimeProvider.System);
    private long? _total;

    /// <summary>Receives the file.</summary>
    public async Task Run(CancellationToken stop)
    {
        Uri address = _addresses.Of(file.Address);
        for (int failures = 0; ;)
        {
            long before = part.Length;
            try
            {
                await Attempt(address, stop).ConfigureAwait(false);
                Report(null);
                return;
            }
            catch (RetryableException error)
            {
                failures = part.Length > before ? 1 : failures + 1;
                if (failures >= options.Attempts)
                {
                    throw new NGptException($"{file.Name} cannot be fetched from {address.Host}: {error.Message}", "try again later: what was received stays and is continued; or another address: --from URL", error);
                }

                TimeSpan wait = Wait(failures, error.Wait, address);
                Report($"{error.Message}; again in {Math.Ceiling(wait.TotalSeconds):0} s");
                await (options.Delay ?? Task.Delay)(wait, stop).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Twice as long every time; a random part of it, so that many clients do not come back at once.</summary>
    private static TimeSpan Wait(int failures, TimeSpan? asked, Uri address)
    {
        if (asked > MaxRequestedWait)
        {
            throw new NGptException($"{address.Host} asks to wait {asked.Value.TotalMinutes:0} minutes", "try again later: what was received stays and is continued");
        }

        double seconds = Math.Min(MaxWait.TotalSeconds, Math.Pow(2, failures - 1)) * (0.5 + (Random.Shared.NextDouble() / 2));
        return asked > TimeSpan.FromSeconds(seconds) ? asked.Value : TimeSpan.FromSeconds(seconds);
    }

    private async Task Attempt(Uri address, CancellationToken stop)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(stop);
        stall.CancelAfter(options.ReadTimeout);
        try
        {
            using HttpResponseMessage response = await Ask(address, stall.Token).ConfigureAwait(false);
            if (Begin(address, response))
            {
                using Stream body = await response.Content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
                await Receive(body, stall, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException error) when (!stop.IsCancellationRequested)
        {
            throw new RetryableException($"nothing was received for {options.ReadTimeout.TotalSeconds:0} s", inner: error);
        }
        catch (HttpRequestException error)
        {
            throw new RetryableException($"the connection failed ({(error.InnerException ?? error).Message.TrimEnd('.')})", inner: error);
        }
    }

    private async Task<HttpResponseMessage> Ask(Uri address, CancellationToken stop)
    {
        for (int redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
            if (part.Length > 0 && part.Version is { } version)
            {
                request.Headers.Range = new RangeHeaderValue(part.Length, null);
                request.Headers.IfRange = new RangeConditionHeaderValue(EntityTagHeaderValue.Parse(version));
            }

            HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
            if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
            {
                return response;
            }

            using (response)
            {
                if (redirects == MaxRedirects)
                {
                    throw new NGptException($"{address.Host} leads on more than {MaxRedirects} times", "try another address: --from URL");
                }

                address = _addresses.Redirect(address, response.Headers.Location);
            }
        }
    }

    /// <summary>Looks at what the server answered, and prepares the part for what follows. False where nothing is left to receive.</summary>
    private bool Begin(Uri address, HttpResponseMessage response)
    {
        HttpStatusCode status = response.StatusCode;
        string? version = response.Headers.ETag is { IsWeak: false } tag ? tag.ToString() : null;
        if (status == HttpStatusCode.PartialContent)
        {
            ContentRangeHeaderValue? range = response.Content.Headers.ContentRange;
            if (part.Length == 0 || range?.From != part.Length || (version is not null && version != part.Version))
            {
                part.Restart(null);
                throw new RetryableException("the server sent another part of the file than was asked for");
            }

            _total = range.Length ?? (response.Content.Headers.ContentLength + part.Length);
        }
        else if (status == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            if (response.Content.Headers.ContentRange?.Length == part.Length)
            {
                _total = part.Length;
                return false;
            }

            part.Restart(null);
            throw new RetryableException("the file on the server is shorter than what was received before");
        }
        else if (status == HttpStatusCode.OK)
        {
            // The whole file: the first attempt, a server that knows no parts, or another version than the part is of.
            part.Restart(version);
            _total = response.Content.Headers.ContentLength;
        }
        else
        {
            Reject(address, response);
        }

        RequirePlain(address, response.Content.Headers);
        RequireSpace();
        return true;
    }

    /// <summary>A page of a portal or a compressed answer must not pass for the file where no checksum is known.</summary>
    private static void RequirePlain(Uri address, HttpContentHeaders headers)
    {
        string? found = headers.ContentType?.MediaType is "text/html" ? "a web page"
            : headers.ContentEncoding.Any(coding => coding != "identity") ? "compressed data"
            : null;
        if (found is not null)
        {
            throw new NGptException($"{address}: the server sent {found} instead of the file", "look at the address in a browser, or name another one: --from URL");
        }
    }

    private static void Reject(Uri address, HttpResponseMessage response)
    {
        int status = (int)response.StatusCode;
        string problem = $"{address.Host} answered {status} {response.ReasonPhrase}";
        if (status is 408 or 429 or >= 500)
        {
            RetryConditionHeaderValue? after = response.Headers.RetryAfter;
            throw new RetryableException(problem, after?.Delta ?? (after?.Date - DateTimeOffset.UtcNow));
        }

        throw new NGptException(
            $"{address}: {problem}",
            status is 401 or 403 ? "the file needs an account or is not public: fetch it by hand, or from another address: --from URL" : "the file may have moved: name another address with --from URL");
    }

    private async Task Receive(Stream body, CancellationTokenSource stall, CancellationToken stop)
    {
        // Where the server does not say how long the file is, a multiple of what is expected is the end.
        long limit = _total ?? Math.Max(MinLimit, file.ApproximateBytes * 4);
        byte[] buffer = new byte[1 << 17];
        long reported = 0;
        while (true)
        {
            stall.CancelAfter(options.ReadTimeout);
            int read;
            try
            {
                read = await body.ReadAsync(buffer, stall.Token).ConfigureAwait(false);
            }
            catch (IOException error)
            {
                throw new RetryableException($"the connection broke after {part.Length:N0} bytes", inner: error);
            }

            if (read == 0)
            {
                break;
            }

            stop.ThrowIfCancellationRequested();
            if (part.Length + read > limit)
            {
                part.Restart(null);
                throw new NGptException($"{file.Name}: the server sends more than the {limit:N0} bytes that {(_total is null ? "can be expected" : "it announced")}", "try again later, or another address: --from URL");
            }

            part.Append(buffer.AsSpan(0, read));
            _rate.Add(read);
            if (Environment.TickCount64 - reported >= ReportEvery.TotalMilliseconds)
            {
                reported = Environment.TickCount64;
                Report(null);
            }
        }

        if (part.Length < _total)
        {
            throw new RetryableException($"the connection ended after {part.Length:N0} of {_total:N0} bytes");
        }
    }

    private void RequireSpace()
    {
        long free = (options.FreeBytes ?? FreeBytes)(part.Folder);
        long needed = (_total ?? file.ApproximateBytes) - part.Length;
        if (needed > free - DiskReserve)
        {
            throw new NGptException($"{file.Name} needs {needed:N0} more bytes, and {part.Folder} has {free:N0} free", "free some space, or name another folder: --out DIR");
        }
    }

    private static long FreeBytes(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Some file systems do not say; a full disk is then found by writing.
            return long.MaxValue;
        }
    }

    private void Report(string? note) => progress?.Report(new FetchProgress(file.Name, part.Length, _total, _rate.BytesPerSecond, note));
}

/// <summary>An attempt failed in a way that another one may not.</summary>
internal sealed class RetryableException(string reason, TimeSpan? wait = null, Exception? inner = null) : Exception(reason, inner)
{
    /// <summary>How long the server asks to wait, or null.</summary>
    public TimeSpan? Wait { get; } = wait;
}
