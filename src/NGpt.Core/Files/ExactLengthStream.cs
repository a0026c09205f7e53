namespace NGpt.Core.Files;

/// <summary>
/// Passes writes on and counts them: one tensor's writer can neither run into the next tensor nor leave a gap.
/// Disposing it leaves the stream behind it open.
/// </summary>
internal sealed class ExactLengthStream(Stream inner, long length, string name) : Stream
{
    private long _written;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Throws unless every byte was written.</summary>
    public void RequireComplete()
    {
        if (_written != length)
        {
            throw new InvalidOperationException($"Tensor '{name}' was to write {length} bytes and wrote {_written}.");
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length > length - _written)
        {
            throw new InvalidOperationException($"Tensor '{name}' was to write {length} bytes and wrote more.");
        }

        inner.Write(buffer);
        _written += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void WriteByte(byte value) => Write([value]);

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
