using NGpt.Core.Numerics.Threads;
using NGpt.Core.Quantization;
using NGpt.Runtime.Kernels;

namespace NGpt.Runtime.Tests.Kernels;

/// <summary>Products with every type of weights, by every kind of kernel, against sums in float64.</summary>
public sealed unsafe class WeightProductsTests
{
    private static readonly int[] TokenCounts = [1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33, 38];

    [Theory]
    [InlineData(WeightType.F32, 53, 61)]
    [InlineData(WeightType.F32, 7, 397)]
    [InlineData(WeightType.F16, 53, 61)]
    [InlineData(WeightType.F16, 7, 397)]
    [InlineData(WeightType.BF16, 53, 61)]
    [InlineData(WeightType.BF16, 7, 397)]
    public void Numbers_give_the_products_of_float64(WeightType type, int rows, int columns)
    {
        ForEach(type, rows, columns, (weights, x, tokens, y) =>
        {
            for (int row = 0; row < weights.Rows; row++)
            {
                for (int token = 0; token < tokens; token++)
                {
                    (double sum, double size) = (0, 0);
                    for (int i = 0; i < columns; i++)
                    {
                        double product = (double)weights.Numbers[row][i] * x[token][i];
                        (sum, size) = (sum + product, size + Math.Abs(product));
                    }

                    double scale = weights.RowScale?[row] ?? 1;
                    Assert.True(Math.Abs(y[token, row] - (sum * scale)) <= 1e-6 * size * Math.Abs(scale), $"token {token} of {tokens}, row {row}: {y[token, row]}, not {sum * scale}");
                }
            }
        });
    }

    [Theory]
    [InlineData(WeightType.Q8_0, 53, 96)]
    [InlineData(WeightType.Q8_0, 7, 1120)]
    [InlineData(WeightType.Q4_0, 53, 96)]
    [InlineData(WeightType.Q4_0, 7, 1120)]
    [InlineData(WeightType.NVFP4, 53, 192)]
    [InlineData(WeightType.NVFP4, 7, 1088)]
    public void Blocks_give_the_products_with_activations_that_are_rounded_to_bytes(WeightType type, int rows, int columns)
    {
        ForEach(type, rows, columns, (weights, x, tokens, y) =>
        {
            for (int token = 0; token < tokens; token++)
            {
                (float[] rounded, float[] halfSteps) = Rounded(x[token]);
                for (int row = 0; row < weights.Rows; row++)
                {
                    (double sum, double size, double exact, double doubt) = (0, 0, 0, 0);
                    for (int i = 0; i < columns; i++)
                    {
                        double weight = weights.Numbers[row][i];
                        sum += weight * rounded[i];
                        size += Math.Abs(weight * rounded[i]);
                        exact += weight * x[token][i];
                        doubt += Math.Abs(weight) * halfSteps[i];
                    }

                    double scale = weights.RowScale?[row] ?? 1;
                    double tolerance = 1e-6 * size * Math.Abs(scale);
                    Assert.True(Math.Abs(y[token, row] - (sum * scale)) <= tolerance, $"token {token} of {tokens}, row {row}: {y[token, row]}, not {sum * scale}");
                    Assert.True(Math.Abs(y[token, row] - (exact * scale)) <= (doubt * Math.Abs(scale)) + tolerance);
                }
            }
        });
    }

    [Fact]
    public void Extreme_bytes_do_not_saturate()
    {
        using WorkerTeam team = new(1);
        using Activations x = new(9, 64);
        byte[] bytes = new byte[2 * 34];
        foreach (byte weight in (ReadOnlySpan<byte>)[0x80, 0x7F, 0x81])
        {
            Array.Fill(bytes, weight);
            BitConverter.TryWriteBytes(bytes.AsSpan(0), (Half)1);
            BitConverter.TryWriteBytes(bytes.AsSpan(34), (Half)1);
            fixed (byte* data = bytes)
            {
                using Runtime.Weights.WeightMatrix matrix = Runtime.Weights.WeightMatrix.Create(WeightType.Q8_0, 1, 64, (nint)data, null);
                foreach (ProductKernels kernels in AllKernels.Supported())
                {
                    using WeightProducts products = new(team, 9, 64, kernels);
                    foreach (int tokens in (ReadOnlySpan<int>)[1, 9])
                    {
                        foreach (int sign in (ReadOnlySpan<int>)[1, -1])
                        {
                            new Span<float>(x.Row(0), 9 * 64).Fill(sign * 127);
                            x.Changed();
                            using GuardedFloats y = new(tokens, 1, 0);
                            products.Multiply(x, tokens, [new ProductOutput(matrix, y.Data, y.Stride)]);
                            Assert.Equal(64 * 127 * sign * (sbyte)weight, y[tokens - 1, 0]);
                        }
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(WeightType.Q4_0, 0x00, -8)]
    [InlineData(WeightType.Q4_0, 0xFF, 7)]
    [InlineData(WeightType.NVFP4, 0x77, 6)]
    [InlineData(WeightType.NVFP4, 0xFF, -6)]
    public void Extreme_halves_of_bytes_do_not_saturate(WeightType type, byte pair, int value)
    {
        const int Columns = 128;
        using WorkerTeam team = new(1);
        using Activations x = new(9, Columns);
        byte[] bytes = new byte[type.RowBytes(Columns)];
        Array.Fill(bytes, pair);
        for (int block = 0; block < bytes.Length; block += type == WeightType.Q4_0 ? 18 : 36)
        {
            if (type == WeightType.Q4_0)
            {
                BitConverter.TryWriteBytes(bytes.AsSpan(block), (Half)1);
            }
            else
            {
                bytes.AsSpan(block, 4).Fill(0x38);
            }
        }

        fixed (byte* data = bytes)
        {
            using Runtime.Weights.WeightMatrix matrix = Runtime.Weights.WeightMatrix.Create(type, 1, Columns, (nint)data, null);
            foreach (ProductKernels kernels in AllKernels.Supported())
            {
                using WeightProducts products = new(team, 9, Columns, kernels);
                foreach (int tokens in (ReadOnlySpan<int>)[1, 2, 4, 9])
                {
                    foreach (int sign in (ReadOnlySpan<int>)[1, -1])
                    {
                        new Span<float>(x.Row(0), 9 * Columns).Fill(sign * 127);
                        x.Changed();
                        using GuardedFloats y = new(tokens, 1, 0);
                        products.Multiply(x, tokens, [new ProductOutput(matrix, y.Data, y.Stride)]);
                        Assert.Equal(Columns * 127 * sign * value, y[tokens - 1, 0]);
                    }
                }
            }
        }
    }

    [Fact]
    public void Several_matrices_of_different_types_are_multiplied_at_once_and_each_by_itself_gives_the_same()
    {
        Random random = new(11);
        using WorkerTeam team = new(3);
        using TestWeights first = new(WeightType.Q4_0, 21, 128, true, random);
        using TestWeights second = new(WeightType.F32, 5, 128, false, random);
        using TestWeights third = new(WeightType.NVFP4, 34, 128, true, random);
        using Activations x = new(20, 128);
        foreach (int tokens in (ReadOnlySpan<int>)[1, 3, 20])
        {
            Fill(x, random);
            using WeightProducts products = new(team, 20, 128, minShared: 0);
            using GuardedFloats together = new(tokens, 60, 3);
            products.Multiply(x, tokens, [
                new ProductOutput(first.Matrix, together.Data, together.Stride),
                new ProductOutput(second.Matrix, together.Data + 21, together.Stride),
                new ProductOutput(third.Matrix, together.Data + 26, together.Stride)]);
            together.CheckMarks();
            int offset = 0;
            foreach (TestWeights weights in (TestWeights[])[first, second, third])
            {
                using GuardedFloats alone = new(tokens, weights.Rows, 0);
                products.Multiply(x, tokens, [new ProductOutput(weights.Matrix, alone.Data, alone.Stride)]);
                for (int i = 0; i < tokens * weights.Rows; i++)
                {
                    Assert.Equal(alone[i / weights.Rows, i % weights.Rows], together[i / weights.Rows, offset + (i % weights.Rows)]);
                }

                offset += weights.Rows;
            }
        }
    }

    [Fact]
    public void New_activations_count_once_they_are_said_to_have_changed()
    {
        Random random = new(12);
        using WorkerTeam team = new(2);
        using TestWeights weights = new(WeightType.Q8_0, 3, 32, false, random);
        using WeightProducts products = new(team, 6, 32, minShared: 0);
        using Activations x = new(6, 32);
        foreach (int tokens in (ReadOnlySpan<int>)[1, 6])
        {
            using GuardedFloats before = new(tokens, 3, 0);
            using GuardedFloats after = new(tokens, 3, 0);
            Fill(x, random);
            products.Multiply(x, tokens, [new ProductOutput(weights.Matrix, before.Data, before.Stride)]);
            for (int i = 0; i < 6 * 32; i++)
            {
                x.Row(0)[i] *= -2;
            }

            x.Changed();
            products.Multiply(x, tokens, [new ProductOutput(weights.Matrix, after.Data, after.Stride)]);
            Assert.Equal(-2 * before[tokens - 1, 2], after[tokens - 1, 2]);
        }
    }

    [Fact]
    public void Fewer_tokens_of_the_same_activations_are_multiplied_like_them_alone()
    {
        Random random = new(16);
        using WorkerTeam team = new(1);
        using TestWeights weights = new(WeightType.Q4_0, 5, 64, false, random);
        using Activations x = new(33, 64);
        Fill(x, random);
        foreach (ProductKernels kernels in AllKernels.Supported())
        {
            using WeightProducts products = new(team, 33, 64, kernels);
            foreach (int tokens in (ReadOnlySpan<int>)[33, 7, 3, 20])
            {
                using GuardedFloats alone = new(tokens, 5, 0);
                using GuardedFloats after = new(33, 5, 0);
                x.Changed();
                products.Multiply(x, tokens, [new ProductOutput(weights.Matrix, alone.Data, alone.Stride)]);
                x.Changed();
                products.Multiply(x, 33, [new ProductOutput(weights.Matrix, after.Data, after.Stride)]);
                products.Multiply(x, tokens, [new ProductOutput(weights.Matrix, after.Data, after.Stride)]);
                for (int i = 0; i < tokens * 5; i++)
                {
                    Assert.Equal(alone[i / 5, i % 5], after[i / 5, i % 5]);
                }
            }
        }
    }

    [Theory]
    [InlineData(WeightType.F32, 61)]
    [InlineData(WeightType.F16, 61)]
    [InlineData(WeightType.BF16, 61)]
    [InlineData(WeightType.Q8_0, 96)]
    [InlineData(WeightType.Q4_0, 96)]
    [InlineData(WeightType.NVFP4, 192)]
    public void One_thread_alone_computes_bit_for_bit_what_all_do_together(WeightType type, int columns)
    {
        Random random = new(15);
        using WorkerTeam team = new(3);
        using TestWeights weights = new(type, 131, columns, true, random);
        using Activations x = new(38, columns);
        Fill(x, random);
        foreach (ProductKernels kernels in AllKernels.Supported())
        {
            using WeightProducts shared = new(team, 38, columns, kernels, minShared: 0);
            using WeightProducts alone = new(team, 38, columns, kernels, minShared: long.MaxValue);
            foreach (int tokens in TokenCounts)
            {
                using GuardedFloats expected = new(tokens, 131, 1);
                using GuardedFloats actual = new(tokens, 131, 1);
                // Kernels differ in how they lay out rounded inputs.
                x.Changed();
                shared.Multiply(x, tokens, [new ProductOutput(weights.Matrix, expected.Data, expected.Stride)]);
                x.Changed();
                alone.Multiply(x, tokens, [new ProductOutput(weights.Matrix, actual.Data, actual.Stride)]);
                actual.CheckMarks();
                for (int i = 0; i < tokens * 131; i++)
                {
                    Assert.Equal(expected[i / 131, i % 131], actual[i / 131, i % 131]);
                }
            }
        }
    }

    [Fact]
    public void Nothing_is_allocated_by_a_product()
    {
        Random random = new(13);
        using WorkerTeam team = new(2);
        using TestWeights weights = new(WeightType.Q4_0, 9, 64, true, random);
        using Activations x = new(12, 64);
        using WeightProducts products = new(team, 12, 64, minShared: 0);
        using GuardedFloats y = new(12, 9, 0);
        Multiply(2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Multiply(5);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Multiply(int times)
        {
            for (int i = 0; i < times; i++)
            {
                x.Changed();
                products.Multiply(x, 1, [new ProductOutput(weights.Matrix, y.Data, y.Stride)]);
                products.Multiply(x, 12, [new ProductOutput(weights.Matrix, y.Data, y.Stride)]);
            }
        }
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        Random random = new(14);
        using WorkerTeam team = new(1);
        using TestWeights weights = new(WeightType.F32, 2, 10, false, random);
        using Activations wide = new(3, 11);
        using Activations x = new(3, 10);
        using WeightProducts products = new(team, 2, 10);
        Assert.Throws<ArgumentException>(() => products.Multiply(wide, 1, [new ProductOutput(weights.Matrix, null, 2)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => products.Multiply(x, 0, [new ProductOutput(weights.Matrix, null, 2)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => products.Multiply(x, 3, [new ProductOutput(weights.Matrix, null, 2)]));
        Assert.Throws<ArgumentException>(() => Runtime.Weights.WeightMatrix.Create(WeightType.Q8_0, 2, 33, 1, null));
        Assert.Throws<ArgumentException>(() => Runtime.Weights.WeightMatrix.Create(WeightType.F32, 2, 33, 1, null, rowScale: [1]));
    }

    private delegate void Check(TestWeights weights, float[][] x, int tokens, GuardedFloats y);

    private static void ForEach(WeightType type, int rows, int columns, Check check)
    {
        Random random = new((31 * rows) + columns);
        foreach (ProductKernels kernels in AllKernels.Supported())
        {
            foreach (int tokens in TokenCounts)
            {
                using WorkerTeam team = new(1 + (tokens % 3));
                using TestWeights weights = new(type, rows, columns, tokens % 2 == 1, random);
                using Activations activations = new(tokens, columns);
                using WeightProducts products = new(team, tokens, columns, kernels, minShared: 0);
                using GuardedFloats y = new(tokens, rows, 5);
                float[][] x = Fill(activations, random);
                products.Multiply(activations, tokens, [new ProductOutput(weights.Matrix, y.Data, y.Stride)]);
                y.CheckMarks();
                check(weights, x, tokens, y);
            }
        }
    }

    private static float[][] Fill(Activations activations, Random random)
    {
        float[][] x = new float[activations.MaxTokens][];
        for (int token = 0; token < x.Length; token++)
        {
            // One block of zeros, and sizes that differ from block to block.
            x[token] = [.. Enumerable.Range(0, activations.Width).Select(i => i / 32 == 1 ? 0 : (float)((random.NextDouble() - 0.5) * (1 + (i / 32) + token)))];
            x[token].CopyTo(new Span<float>(activations.Row(token), activations.Width));
        }

        activations.Changed();
        return x;
    }

    private static (float[] Rounded, float[] HalfSteps) Rounded(float[] x)
    {
        (float[] rounded, float[] halfSteps) = (new float[x.Length], new float[x.Length]);
        for (int block = 0; block < x.Length; block += 32)
        {
            float largest = x.Skip(block).Take(32).Max(Math.Abs);
            float scale = largest / 127;
            float inverse = largest > 0 ? 127 / largest : 0;
            for (int i = block; i < block + 32; i++)
            {
                rounded[i] = MathF.Round(x[i] * inverse) * scale;
                halfSteps[i] = scale * 0.50001f;
            }
        }

        return (rounded, halfSteps);
    }
}
