using NGpt.Core.Numerics;

namespace NGpt.Core.Tests.Numerics;

public sealed class FloatScanTests
{
    [Fact]
    public void The_largest_is_found_at_every_place()
    {
        foreach (int size in (int[])[1, 7, 8, 9, 67])
        {
            for (int place = 0; place < size; place++)
            {
                float[] values = [.. Enumerable.Range(0, size).Select(i => -3f - (i * 0.25f))];
                values[place] = -2.5f;
                Assert.Equal(-2.5f, FloatScan.Max(values));
            }
        }

        Assert.Equal(float.NegativeInfinity, FloatScan.Max([]));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void One_number_that_is_not_finite_is_noticed_at_every_place(float wrong)
    {
        foreach (int size in (int[])[1, 7, 8, 9, 67])
        {
            float[] values = [.. Enumerable.Range(0, size).Select(i => i % 2 == 0 ? float.MaxValue : float.MinValue)];
            Assert.True(FloatScan.AllFinite(values));
            for (int place = 0; place < size; place++)
            {
                float[] damaged = [.. values];
                damaged[place] = wrong;
                Assert.False(FloatScan.AllFinite(damaged));
            }
        }
    }
}
