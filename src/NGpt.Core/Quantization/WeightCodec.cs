using System.Buffers.Binary;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Core.Quantization;

/// <summary>
/// Writes and reads rows of weights, number by number: what files are made with, and the reference for the kernels.
/// Rounds as GGUF's own reference does.
/// </summary>
public static class WeightCodec
{
    /// <summary>Encodes a row.</summary>
    /// <param name="type">The type.</param>
    /// <param name="row">Finite values, a multiple of the block length.</param>
    /// <param name="target">Where the bytes go, exactly <see cref="WeightTypes.RowBytes"/>.</param>
    /// <param name="tensorScale">What <see cref="TensorScale"/> said about the whole tensor.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a number is not finite or too large for the type's scales.</exception>
    public static void Encode(WeightType type, ReadOnlySpan<float> row, Span<byte> target, float tensorScale = 1)
    {
        CheckLength(type, row.Length, target.Length, nameof(target));
        if (type is not (WeightType.F32 or WeightType.BF16))
        {
            CheckNumbers(type, row, tensorScale);
        }

        (int length, int bytes) = (type.BlockLength(), type.BlockBytes());
        for (int block = 0; block < row.Length / length; block++)
        {
            EncodeBlock(type, row.Slice(block * length, length), target.Slice(block * bytes, bytes), tensorScale);
        }
    }

    /// <summary>Decodes a row.</summary>
    /// <param name="type">The type.</param>
    /// <param name="row">The bytes, exactly <see cref="WeightTypes.RowBytes"/>.</param>
    /// <param name="target">Where the values go, a multiple of the block length.</param>
    /// <param name="tensorScale">The scale of the whole tensor.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public static void Decode(WeightType type, ReadOnlySpan<byte> row, Span<float> target, float tensorScale = 1)
    {
        CheckLength(type, target.Length, row.Length, nameof(row));
        (int length, int bytes) = (type.BlockLength(), type.BlockBytes());
        for (int block = 0; block < target.Length / length; block++)
        {
            DecodeBlock(type, row.Slice(block * bytes, bytes), target.Slice(block * length, length), tensorScale);
        }
    }

    /// <summary>The scale of a whole tensor.</summary>
    /// <param name="type">The type.</param>
    /// <param name="tensor">All its values.</param>
    /// <returns>For NVFP4 the scale with which its largest number is the largest that a block can hold; 1 for other types, and where all values are zero.</returns>
    public static float TensorScale(WeightType type, ReadOnlySpan<float> tensor)
    {
        if (type != WeightType.NVFP4)
        {
            return 1;
        }

        float max = 0;
        foreach (float number in tensor)
        {
            max = MathF.Max(max, MathF.Abs(number));
        }

        float scale = max / (E2M1.MaxValue * E4M3.MaxValue);
        return scale > 0 ? scale : 1;
    }

    private static void EncodeBlock(WeightType type, ReadOnlySpan<float> numbers, Span<byte> block, float tensorScale)
    {
        switch (type)
        {
            case WeightType.F32:
                BinaryPrimitives.WriteSingleLittleEndian(block, numbers[0]);
                break;
            case WeightType.F16:
                BinaryPrimitives.WriteHalfLittleEndian(block, (Half)numbers[0]);
                break;
            case WeightType.BF16:
                BinaryPrimitives.WriteUInt16LittleEndian(block, BFloat16.From(numbers[0]).Bits);
                break;
            case WeightType.Q8_0:
                Q8Block.Encode(numbers, block);
                break;
            case WeightType.Q4_0:
                Q4Block.Encode(numbers, block);
                break;
            case WeightType.NVFP4:
                NvFp4Block.Encode(numbers, block, tensorScale);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type));
        }
    }

    private static void DecodeBlock(WeightType type, ReadOnlySpan<byte> block, Span<float> numbers, float tensorScale)
    {
        switch (type)
        {
            case WeightType.F32:
                numbers[0] = BinaryPrimitives.ReadSingleLittleEndian(block);
                break;
            case WeightType.F16:
                numbers[0] = (float)BinaryPrimitives.ReadHalfLittleEndian(block);
                break;
            case WeightType.BF16:
                numbers[0] = BFloat16.Value(new BFloat16(BinaryPrimitives.ReadUInt16LittleEndian(block)));
                break;
            case WeightType.Q8_0:
                Q8Block.Decode(block, numbers);
                break;
            case WeightType.Q4_0:
                Q4Block.Decode(block, numbers);
                break;
            case WeightType.NVFP4:
                NvFp4Block.Decode(block, numbers, tensorScale);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type));
        }
    }

    private static void CheckLength(WeightType type, int numbers, int bytes, string parameter)
    {
        if (type.RowBytes(numbers) != bytes)
        {
            throw new ArgumentException($"{numbers} values of {type.Name()} are {type.RowBytes(numbers)} bytes, not {bytes}", parameter);
        }
    }

    private static void CheckNumbers(WeightType type, ReadOnlySpan<float> row, float tensorScale)
    {
        // The scale of a Q4_0 block is the larger one: an eighth of its largest number.
        float max = type switch
        {
            WeightType.NVFP4 => float.MaxValue,
            WeightType.F16 => (float)Half.MaxValue,
            _ => (float)Half.MaxValue * Q4Block.Offset,
        };
        foreach (float number in row)
        {
            if (!(MathF.Abs(number) <= max))
            {
                throw new ArgumentException($"{number} cannot be stored as {type.Name()}", nameof(row));
            }
        }

        if (!(tensorScale > 0 && float.IsFinite(tensorScale)))
        {
            throw new ArgumentException($"the tensor's scale is {tensorScale} instead of a positive number", nameof(tensorScale));
        }
    }
}
