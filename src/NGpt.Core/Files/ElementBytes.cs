using System.Runtime.InteropServices;

namespace NGpt.Core.Files;

/// <summary>Writes elements as they lie in memory.</summary>
internal static class ElementBytes
{
    // The bytes of a piece must be countable in an int.
    private const int PieceLength = 1 << 24;

    /// <summary>Writes all elements, in pieces.</summary>
    public static void Write<T>(ReadOnlySpan<T> elements, Stream stream)
        where T : unmanaged
    {
        while (elements.Length > 0)
        {
            int piece = Math.Min(elements.Length, PieceLength);
            stream.Write(MemoryMarshal.AsBytes(elements[..piece]));
            elements = elements[piece..];
        }
    }
}
