using CsCheck;
using NGpt.Lab.TrainingBenchmarks;

namespace NGpt.Lab.Tests.TrainingBenchmarks;

public sealed class ResidencyPlanTests
{
    // S stays, R starts every round, X does not fit; 95% of 100 are usable.
    [Theory]
    [InlineData(new long[] { 10, 20, 30 }, "SSS")]
    [InlineData(new long[] { 10, 20, 65 }, "SSS")]
    [InlineData(new long[] { 10, 20, 66 }, "SRR")]
    [InlineData(new long[] { 60, 10, 50, 20 }, "RSRS")]
    [InlineData(new long[] { 90, 80 }, "RR")]
    [InlineData(new long[] { 90, 5 }, "SS")]
    [InlineData(new long[] { 90, 96, 10 }, "RXR")]
    [InlineData(new long[] { 96 }, "X")]
    [InlineData(new long[0], "")]
    public void As_many_stay_as_leave_room_for_the_others(long[] estimates, string expected) =>
        Assert.Equal(expected, string.Concat(ResidencyPlan.Of(estimates, 100).Select(residency => "SRX"[(int)residency])));

    [Fact]
    public void Memory_is_never_exceeded() => Gen.Select(Gen.Long[0, 200].Array[0, 12], Gen.Long[0, 300]).Sample((estimates, available) =>
    {
        Residency[] plan = ResidencyPlan.Of(estimates, available);
        double usable = 0.95 * available;
        long staying = estimates.Where((_, i) => plan[i] == Residency.Resident).Sum();
        for (int i = 0; i < plan.Length; i++)
        {
            Assert.Equal(estimates[i] > usable, plan[i] == Residency.DoesNotFit);
            Assert.True(plan[i] != Residency.RestartedEveryRound || staying + estimates[i] <= usable);
        }

        Assert.True(staying <= usable);
    });
}
