using NGpt.Core.Numerics.Vectors;

namespace NGpt.Core.Tests.Numerics.Vectors;

/// <summary>Vectors of all widths against arithmetic on single values.</summary>
public sealed unsafe class LanesTests
{
    private const int Most = 16;

    [Fact]
    public void Exponential_is_within_two_units_in_the_last_place()
    {
        Check<Lanes512>();
        Check<Lanes256>();
        Check<Lanes128>();
        Check<PairLanes>();
        Check<ScalarLane>();

        static void Check<TLanes>()
            where TLanes : unmanaged, ILanes<TLanes>
        {
            for (double x = -86.9; x < 87.9; x += 0.00137)
            {
                float actual = First(Exponential.Of(TLanes.Of((float)x)));
                double expected = Math.Exp((float)x);
                Assert.True(Math.Abs(actual - expected) <= 2.4e-7 * expected, $"e^{x} is {actual}");
            }

            Assert.Equal(1, First(Exponential.Of(TLanes.Zero)));
            Assert.InRange(First(Exponential.Of(TLanes.Of(float.NegativeInfinity))), 0, 2e-38f);
            Assert.InRange(First(Exponential.Of(TLanes.Of(float.PositiveInfinity))), 1e38f, float.MaxValue);
            Assert.True(float.IsNaN(First(Exponential.Of(TLanes.Of(float.NaN)))));
        }
    }

    [Fact]
    public void BFloat16_rounds_to_nearest_and_ties_to_even()
    {
        Random random = new(5);
        List<float> numbers =
        [
            0, -0f, 1, -1, float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN,
            BitConverter.UInt32BitsToSingle(0x3F808000), BitConverter.UInt32BitsToSingle(0x3F818000), BitConverter.UInt32BitsToSingle(0x3F808001),
            BitConverter.UInt32BitsToSingle(0x7F7F8000), BitConverter.UInt32BitsToSingle(0x7FFFFFFF), BitConverter.UInt32BitsToSingle(0xFFFF8001),
        ];
        for (int i = 0; i < 50_000; i++)
        {
            numbers.Add(BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32)));
        }

        foreach (float number in numbers)
        {
            float expected = Rounded(number);
            Assert.Equal(expected, BFloat16.Value(BFloat16.From(number)));
            Assert.Equal(expected, Through<Lanes512>(number));
            Assert.Equal(expected, Through<Lanes256>(number));
            Assert.Equal(expected, Through<Lanes128>(number));
            Assert.Equal(expected, Through<PairLanes>(number));
            Assert.Equal(expected, Through<ScalarLane>(number));
        }
    }

    [Fact]
    public void Float16_rounds_to_nearest_and_ties_to_even_and_stays_finite()
    {
        Random random = new(6);
        List<float> numbers = [0, -0f, 1, -1, float.Epsilon, -float.Epsilon, float.MaxValue, float.NegativeInfinity, 65504, 65520, -65519.996f];
        for (int bits = 0; bits < 0x7C00; bits++)
        {
            // Every number, what is halfway to the next one, and the neighbours of both.
            float number = (float)BitConverter.UInt16BitsToHalf((ushort)bits);
            float halfway = (number + (float)BitConverter.UInt16BitsToHalf((ushort)Math.Min(bits + 1, 0x7BFF))) / 2;
            numbers.AddRange(number, -number, halfway, MathF.BitIncrement(halfway), -MathF.BitDecrement(halfway));
        }

        for (int i = 0; i < 50_000; i++)
        {
            numbers.Add(BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32)));
        }

        numbers.RemoveAll(float.IsNaN);
        foreach (float number in numbers)
        {
            float expected = (float)(Half)Math.Clamp(number, -65504, 65504);
            Check<Lanes512>(number, expected);
            Check<Lanes256>(number, expected);
            Check<Lanes128>(number, expected);
            Check<PairLanes>(number, expected);
            Check<ScalarLane>(number, expected);
            Assert.Equal(expected, Float16.Value(Float16.From(number)));
        }

        Assert.True(float.IsFinite(Float16.Value(Float16.From(float.NaN))));

        static void Check<TLanes>(float number, float expected)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            Float16* halves = stackalloc Float16[Most];
            float* numbers = stackalloc float[Most];
            Float16.Store(TLanes.Of(number), halves);
            TLanes.Store(Float16.Load<TLanes>(halves), numbers);
            for (int i = 0; i < TLanes.Count; i++)
            {
                Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(numbers[i]));
            }
        }
    }

    [Fact]
    public void Every_operation_is_that_of_its_numbers()
    {
        Check<Lanes512>();
        Check<Lanes256>();
        Check<Lanes128>();
        Check<PairLanes>();

        static void Check<TLanes>()
            where TLanes : unmanaged, ILanes<TLanes>
        {
            float* a = stackalloc float[Most];
            float* b = stackalloc float[Most];
            for (int i = 0; i < Most; i++)
            {
                (a[i], b[i]) = ((i * 1.7f) - 6.5f, 3 - (i * 0.9f));
            }

            (TLanes x, TLanes y) = (TLanes.Load(a), TLanes.Load(b));
            Same(x + y, i => a[i] + b[i]);
            Same(x - y, i => a[i] - b[i]);
            Same(x * y, i => a[i] * b[i]);
            Same(x / y, i => a[i] / b[i]);
            Same(TLanes.Max(x, y), i => Math.Max(a[i], b[i]));
            Same(TLanes.Min(x, y), i => Math.Min(a[i], b[i]));
            Same(TLanes.Abs(x), i => Math.Abs(a[i]));
            Same(TLanes.Sqrt(TLanes.Abs(x)), i => MathF.Sqrt(Math.Abs(a[i])));
            Same(TLanes.Round(x), i => MathF.Round(a[i]));
            Same(TLanes.MultiplyAdd(x, y, x), i => MathF.FusedMultiplyAdd(a[i], b[i], a[i]));
            Same(TLanes.TimesPowerOfTwo(x, TLanes.Round(y)), i => MathF.ScaleB(a[i], (int)MathF.Round(b[i])));
            Same(TLanes.SwapPairs(x), i => a[i ^ 1]);
            float[] all = [.. Enumerable.Range(0, TLanes.Count).Select(i => a[i])];
            Assert.Equal(all.Sum(), TLanes.Sum(x), 1e-4f);
            Assert.Equal(all.Max(), TLanes.Largest(x));

            static void Same(TLanes actual, Func<int, float> expected)
            {
                float* values = stackalloc float[Most];
                TLanes.Store(actual, values);
                for (int i = 0; i < TLanes.Count; i++)
                {
                    Assert.Equal(expected(i), values[i]);
                }
            }
        }
    }

    // In float64, from the definition: the nearest of the two neighbours with seven bits of mantissa, the even one on a tie.
    private static float Rounded(float number)
    {
        if (!float.IsFinite(number))
        {
            return number;
        }

        uint bits = BitConverter.SingleToUInt32Bits(number);
        float below = BitConverter.UInt32BitsToSingle(bits & 0xFFFF0000);
        float above = BitConverter.UInt32BitsToSingle((bits & 0xFFFF0000) + 0x10000);
        // Beyond the largest number lies infinity, at the distance of the next number.
        double next = float.IsInfinity(above) ? Math.Sign(number) * Math.ScaleB(1, 128) : above;
        double toBelow = Math.Abs((double)number - below);
        double toAbove = Math.Abs(next - number);
        return toBelow < toAbove || (toBelow == toAbove && ((bits >> 16) & 1) == 0) ? below : above;
    }

    private static float Through<TLanes>(float number)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        ushort* stored = stackalloc ushort[Most];
        TLanes.StoreBFloat16(TLanes.Of(number), stored);
        return First(TLanes.LoadBFloat16(stored));
    }

    private static float First<TLanes>(TLanes value)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* values = stackalloc float[Most];
        TLanes.Store(value, values);
        return values[0];
    }
}
