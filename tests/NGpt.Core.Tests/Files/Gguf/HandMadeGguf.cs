using System.Text;

namespace NGpt.Core.Tests.Files.Gguf;

/// <summary>Puts a GGUF file together field by field, right or wrong.</summary>
internal sealed class HandMadeGguf
{
    private readonly List<byte> _bytes = [];

    /// <summary>Magic, version and counts.</summary>
    public static HandMadeGguf Begin(ulong tensors, ulong entries) => new HandMadeGguf().Raw("GGUF"u8).U32(3).U64(tensors).U64(entries);

    public HandMadeGguf Raw(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public HandMadeGguf U32(uint number) => Raw(BitConverter.GetBytes(number));

    public HandMadeGguf U64(ulong number) => Raw(BitConverter.GetBytes(number));

    public HandMadeGguf Text(string text) => U64((ulong)Encoding.UTF8.GetByteCount(text)).Raw(Encoding.UTF8.GetBytes(text));

    /// <summary>A row of the table of tensors, sizes innermost first.</summary>
    public HandMadeGguf Tensor(string name, uint type, ulong offset, params ReadOnlySpan<ulong> sizes)
    {
        Text(name).U32((uint)sizes.Length);
        foreach (ulong size in sizes)
        {
            U64(size);
        }

        return U32(type).U64(offset);
    }

    /// <summary>Zeros up to the next multiple, and further ones.</summary>
    public HandMadeGguf PadTo(int multiple, int more = 0)
    {
        _bytes.AddRange(new byte[((_bytes.Count + multiple - 1) / multiple * multiple) - _bytes.Count + more]);
        return this;
    }

    public byte[] ToArray() => [.. _bytes];
}
