using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using NGpt.Core.Files;
using NGpt.Core.Numerics;

namespace NGpt.Fuzz.Targets;

/// <summary>The reader of safetensors files.</summary>
internal sealed class SafetensorsTarget : FuzzTarget
{
    private const string Name = "m.safetensors";

    [SetsRequiredMembers]
    public SafetensorsTarget()
    {
        Seeds =
        [
            Seed([], null),
            Seed([SafetensorsEntry.FromMemory<float>("w", TensorType.F32, [3, 5], new float[15])], new() { ["step"] = "7", ["format"] = "pt" }),
            Seed(
                [
                    SafetensorsEntry.FromMemory<bool>("mask", TensorType.Bool, [7], new[] { true, false, true, true, false, false, true }),
                    SafetensorsEntry.FromMemory<long>("e", TensorType.I64, [2, 0], Array.Empty<long>()),
                    SafetensorsEntry.FromMemory<ushort>("größe \"x\"", TensorType.BF16, [2, 1, 3], new ushort[6]),
                    SafetensorsEntry.FromMemory<double>("scalar", TensorType.F64, [], new double[1]),
                ],
                null),
        ];
        Words = [.. Texts.Select(Encoding.UTF8.GetBytes), [0xFF], [0xED, 0xA0, 0x80], [0]];
        FixedBytes = 200_000;
        BytesPerByte = 100;
    }

    private static IReadOnlyList<string> Texts =>
        ["{", "}", "[", "]", "\"", ":", ",", "null", "true", "\"F16\"", "\"BOOL\"", "\"U8\"", "\\ud800", "\\u0000", "\"__metadata__\":{}", "\"shape\":[]", "\"data_offsets\":[0,0]", "[0,8]", "\"w\"", "\uFEFF"];

    /// <inheritdoc/>
    public override void Read(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        foreach (TensorInfo tensor in file.TensorList)
        {
            long elements = Elements(tensor.Shape);
            ReadOnlySpan<byte> bytes = file.Bytes(tensor.Name);
            if (elements * tensor.Type.ByteSize() != bytes.Length || bytes.Length != tensor.ByteLength || tensor.Describe().Length == 0)
            {
                throw new InvalidOperationException($"{bytes.Length} bytes of {tensor}");
            }

            using MemoryStream copy = new();
            file.CopyTo(tensor.Name, copy);
            if (!copy.GetBuffer().AsSpan(0, (int)copy.Length).SequenceEqual(bytes))
            {
                throw new InvalidOperationException($"two readings of {tensor} differ");
            }
        }
    }

    /// <inheritdoc/>
    public override void Repair(byte[] damaged, byte[] original, SplitMix64 random)
    {
        // As if everything that was added or taken away had been in the header.
        long length = BinaryPrimitives.ReadInt64LittleEndian(original) + damaged.Length - original.Length;
        if (length >= 0 && damaged.Length >= sizeof(long) && random.NextBelow(3) > 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(damaged, length);
        }
    }

    private static FuzzFile[] Seed(SafetensorsEntry[] entries, Dictionary<string, string>? metadata) =>
        [SeedFiles.Written(Name, path => SafetensorsWriter.Write(path, entries, metadata))];
}
