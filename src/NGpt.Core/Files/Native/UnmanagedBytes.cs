namespace NGpt.Core.Files.Native;

/// <summary>Writes memory that a native library owns to a stream.</summary>
internal static unsafe class UnmanagedBytes
{
    // Small enough for any stream's int lengths, large enough that the number of calls does not matter.
    private const int PieceLength = 1 << 24;

    /// <summary>Writes <paramref name="length"/> bytes from an address that the caller guarantees to be readable.</summary>
    public static void Write(nint source, long length, Stream destination)
    {
        byte* start = (byte*)source;
        for (long done = 0; done < length;)
        {
            int piece = (int)Math.Min(length - done, PieceLength);
            destination.Write(new ReadOnlySpan<byte>(start + done, piece));
            done += piece;
        }
    }
}
