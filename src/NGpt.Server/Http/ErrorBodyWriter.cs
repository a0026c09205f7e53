using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;

namespace NGpt.Server.Http;

/// <summary>
/// Gives the answers in which the web server itself refuses a connection's bytes (no valid request, headers too large, too
/// slow) the error object that all others have: they never reach the application and would be empty.
/// </summary>
internal sealed class ErrorBodyWriter(PipeWriter output) : PipeWriter
{
    // Of an error object with its headers; the refusals themselves are shorter.
    private const int MinSize = 1024;

    private static ReadOnlySpan<byte> StatusLine => "HTTP/1.1 "u8;

    private static ReadOnlySpan<byte> Empty => "Content-Length: 0\r\n"u8;

    private Memory<byte> _written;

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        if (bytes > StatusLine.Length && _written.Length >= bytes && TryReplace(_written.Span, bytes) is int length)
        {
            bytes = length;
        }

        _written = default;
        output.Advance(bytes);
    }

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => _written = output.GetMemory(Math.Max(sizeHint, MinSize));

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => output.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override void CancelPendingFlush() => output.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => output.Complete(exception);

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(Exception? exception = null) => output.CompleteAsync(exception);

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => output.CanGetUnflushedBytes;

    /// <inheritdoc/>
    public override long UnflushedBytes => output.UnflushedBytes;

    // The new length; null where this is no refusal without a body.
    private static int? TryReplace(Span<byte> memory, int length)
    {
        ReadOnlySpan<byte> head = memory[..length];
        if (!head.StartsWith(StatusLine) || !head.EndsWith("\r\n\r\n"u8) || head.IndexOf(Empty) < 0
            || !Utf8Parser.TryParse(head[StatusLine.Length..], out int status, out _) || status < 400)
        {
            return null;
        }

        ArrayBufferWriter<byte> body = new();
        ApiException.Of(status, method: string.Empty, path: string.Empty).Write(body);
        string text = Encoding.ASCII.GetString(head).Replace(
            Encoding.ASCII.GetString(Empty), $"Content-Length: {body.WrittenCount}\r\nContent-Type: {ApiJson.ContentType}\r\n", StringComparison.Ordinal);
        if (text.Length + body.WrittenCount > memory.Length)
        {
            return null;
        }

        int headLength = Encoding.ASCII.GetBytes(text, memory);
        body.WrittenSpan.CopyTo(memory[headLength..]);
        return headLength + body.WrittenCount;
    }
}

/// <summary>The two directions of a connection.</summary>
internal sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
{
    /// <inheritdoc/>
    public PipeReader Input => input;

    /// <inheritdoc/>
    public PipeWriter Output => output;
}
