using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace NGpt.Core.Files.Gguf;

/// <summary>Writes the fields of a GGUF header.</summary>
internal readonly struct GgufValueWriter(ArrayBufferWriter<byte> target)
{
    public void U32(uint number)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target.GetSpan(sizeof(uint)), number);
        target.Advance(sizeof(uint));
    }

    public void U64(long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target.GetSpan(sizeof(long)), number);
        target.Advance(sizeof(long));
    }

    /// <summary>A text: its length in bytes, then UTF-8.</summary>
    public void Text(string text)
    {
        int length = GgufText.Strict.GetByteCount(text);
        U64(length);
        target.Advance(GgufText.Strict.GetBytes(text, target.GetSpan(length)));
    }

    /// <summary>A value with its type before it.</summary>
    public void Value(GgufValue value)
    {
        U32((uint)value.Type);
        Content(value);
    }

    private void Content(GgufValue value)
    {
        switch (value.Content)
        {
            case byte of: Numbers(of); break;
            case sbyte of: Numbers(of); break;
            case ushort of: Numbers(of); break;
            case short of: Numbers(of); break;
            case uint of: Numbers(of); break;
            case int of: Numbers(of); break;
            case float of: Numbers(of); break;
            case bool of: Numbers(of); break;
            case ulong of: Numbers(of); break;
            case long of: Numbers(of); break;
            case double of: Numbers(of); break;
            case string of: Text(of); break;
            default: Elements(value); break;
        }
    }

    private void Elements(GgufValue value)
    {
        U32((uint)value.ElementType!);
        U64(value.Count);
        switch (value.Content)
        {
            case string[] texts:
                foreach (string text in texts)
                {
                    Text(text);
                }

                break;
            case GgufValue[] arrays:
                foreach (GgufValue array in arrays)
                {
                    Content(array);
                }

                break;

            // Of each pair of a signed and an unsigned type .NET takes either array for both; the bytes are the same.
            case byte[] numbers: Numbers(numbers); break;
            case ushort[] numbers: Numbers(numbers); break;
            case uint[] numbers: Numbers(numbers); break;
            case ulong[] numbers: Numbers(numbers); break;
            case float[] numbers: Numbers(numbers); break;
            case bool[] numbers: Numbers(numbers); break;
            default: Numbers((double[])value.Content); break;
        }
    }

    private void Numbers<T>(params ReadOnlySpan<T> numbers)
        where T : unmanaged => target.Write(MemoryMarshal.AsBytes(numbers));
}
