using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace NGpt.Server.Http;

/// <summary>
/// Bounds the memory of request bodies that are being read, parsed and tokenized, which is several times their length. Small
/// ones are bounded by the number of connections; large ones wait for their turn at the client, in the order of their arrival.
/// </summary>
internal sealed class BodyMemory(ServerOptions options, TimeProvider time) : IDisposable
{
    private const int SmallLength = 64 << 10;
    private const int UnitLength = 64 << 10;
    private const int MaxUnits = 128;

    // How slowly a large body may arrive on average.
    private const int MinBytesPerSecond = 64 << 10;

    private readonly ConcurrencyLimiter _units = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = Math.Max(MaxUnits, UnitsOf(options.MaxBodyBytes)),
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Waits until there is memory for the body of a request; null for a small body, which needs no permission.</summary>
    public async Task<RateLimitLease?> TakeAsync(HttpContext http)
    {
        long length = http.Request.ContentLength ?? options.MaxBodyBytes;
        if (length <= SmallLength || length > options.MaxBodyBytes)
        {
            // One that is too long is refused as soon as it is read.
            return null;
        }

        using CancellationTokenSource limit = new(options.TransferTimeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, http.RequestAborted);
        try
        {
            return await _units.AcquireAsync(UnitsOf(length), either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw ApiException.Unavailable("too many large bodies are being read: retry later, or send smaller ones");
        }
    }

    /// <summary>Reads a body, which must arrive within a time that depends on its length.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext http)
    {
        TimeSpan arrival = options.TransferTimeout + TimeSpan.FromSeconds((http.Request.ContentLength ?? options.MaxBodyBytes) / (double)MinBytesPerSecond);
        using CancellationTokenSource limit = new(arrival, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, http.RequestAborted);
        using MemoryStream body = new();
        try
        {
            await http.Request.Body.CopyToAsync(body, either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new ApiException(StatusCodes.Status408RequestTimeout, "the body did not arrive in time", "invalid_request_error", "request_timeout");
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    /// <inheritdoc/>
    public void Dispose() => _units.Dispose();

    private static int UnitsOf(long length) => (int)((length + UnitLength - 1) / UnitLength);
}
