using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.Reductions;

namespace NGpt.Torch.Tests.Operators;

/// <summary>Sums of gradients over passes, and memory set to zero.</summary>
public sealed class ReductionsTests
{
    [Theory]
    [InlineData(7, 50)]
    [InlineData(1, 1)]
    [InlineData(3, 33)]
    [InlineData(5, 64)]
    public void A_sum_grows_by_the_addend(int rows, int width) => Kernels.ForAll(new SumCheck(rows, width));

    [Theory]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(12_289)]
    public unsafe void Exactly_the_given_bytes_are_cleared(int count)
    {
        using GuardedArray<BFloat16> memory = new(Kernels.Random(count, 1, 1, 2));
        // An odd number of bytes: the last element keeps one of its two.
        long bytes = (2L * count) - 1;
        byte last = ((byte*)memory.Data)[bytes];
        Kernels.RunTeam(new Clear { Data = (byte*)memory.Data, Count = bytes });
        Assert.Equal(last, ((byte*)memory.Data)[bytes]);
        Assert.All(new ReadOnlySpan<byte>(memory.Data, (int)bytes).ToArray(), value => Assert.Equal(0, value));
        // The guards are checked where the values are read.
        Assert.Equal(count, memory.Values.Length);
    }

    private sealed unsafe class SumCheck(int rows, int width) : IKernelCheck
    {
        public void Run<TLanes, TElement>()
            where TLanes : unmanaged, ILanes<TLanes>
            where TElement : unmanaged, IElement<TElement>
        {
            using GuardedArray<Float32> sum = new(Kernels.Random(rows * width, 1));
            using GuardedArray<TElement> addend = new(Kernels.Random(rows * width, 2));
            double[] expected = [.. sum.Values.Zip(addend.Values, (a, b) => (double)((float)a + (float)b))];
            Kernels.RunTeam(new Accumulation<TLanes, TElement> { Sum = (float*)sum.Data, Addend = addend.Data, RowCount = rows, Width = width });
            Assert.Equal(expected, sum.Values);
        }
    }
}
