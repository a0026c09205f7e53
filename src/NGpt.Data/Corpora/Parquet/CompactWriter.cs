using System.Buffers;

namespace NGpt.Data.Corpora.Parquet;

/// <summary>Writes Thrift's compact form. A structure is written as its fields in ascending order and <see cref="End"/>.</summary>
internal sealed class CompactWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly Stack<int> _outer = [];
    private int _id;

    /// <summary>Writes a field that is an integer.</summary>
    public void Integer(int id, long value, CompactType type = CompactType.Int64)
    {
        Field(id, type);
        Variable((ulong)((value << 1) ^ (value >> 63)));
    }

    /// <summary>Writes a field that is true or false, which is its type.</summary>
    public void Boolean(int id, bool value) => Field(id, value ? CompactType.True : CompactType.False);

    /// <summary>Writes a field that is bytes.</summary>
    public void Bytes(int id, ReadOnlySpan<byte> value)
    {
        Field(id, CompactType.Binary);
        Element(value);
    }

    /// <summary>Writes bytes as an element of a list.</summary>
    public void Element(ReadOnlySpan<byte> value)
    {
        Variable((ulong)value.Length);
        _bytes.Write(value);
    }

    /// <summary>Begins a field that is a list of fewer than 15 elements, which follow.</summary>
    public void List(int id, int count, CompactType element)
    {
        Field(id, CompactType.List);
        _bytes.Write<byte>([(byte)((count << 4) | (int)element)]);
    }

    /// <summary>Begins a structure that is a field.</summary>
    public void Begin(int id)
    {
        Field(id, CompactType.Struct);
        Begin();
    }

    /// <summary>Begins a structure that is an element of a list, or the outermost one.</summary>
    public void Begin()
    {
        _outer.Push(_id);
        _id = 0;
    }

    /// <summary>Ends the structure begun last.</summary>
    public void End()
    {
        _bytes.Write<byte>([0]);
        _id = _outer.Pop();
    }

    /// <summary>Appends bytes that are no part of a structure.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    /// <summary>What was written.</summary>
    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    private void Field(int id, CompactType type)
    {
        _bytes.Write<byte>([(byte)(((id - _id) << 4) | (int)type)]);
        _id = id;
    }

    private void Variable(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Write<byte>([(byte)(value | 0x80)]);
        }

        _bytes.Write<byte>([(byte)value]);
    }
}
