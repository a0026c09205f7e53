using NGpt.Core.Configuration;
using NGpt.Lab.Sweeping;

namespace NGpt.Lab.Tests.Sweeping;

public sealed class RateTransferTests
{
    [Fact]
    public void Drift_and_best_rates_are_those_of_the_law()
    {
        SweepResult result = SyntheticSweep.Of(SyntheticSweep.Plan(), -0.6, 0.1);
        (RateTransfer published, RateTransfer nuGpt) = (result.Transfers[0], result.Transfers[1]);

        Assert.Equal((Parametrization.Published, Parametrization.NuGpt), (published.Parametrization, nuGpt.Parametrization));
        Assert.Equal(-0.6, published.Drift.Value, 1e-9);
        Assert.Equal(0.1, nuGpt.Drift.Value, 1e-9);
        Assert.False(published.Drift.HasInterval);
        Assert.Equal([1, 2, 4], published.Curves.Select(curve => curve.Multiple));
        Assert.All(published.Curves, curve => Assert.Equal(SyntheticSweep.Start * Math.Pow(curve.Multiple, -0.6), published.RateOf(curve).Value, 1e-9));
        Assert.Equal(Math.Pow(4, 0.1), nuGpt.RatioToBase(nuGpt.Curves[2]).Value, 1e-9);
        Assert.False(published.IsBound);
    }

    [Fact]
    public void The_cost_of_the_base_models_rate_is_relative_to_the_best_tried()
    {
        // The best tried is 0.01 for the base model, and 0.005 where the true best is 0.0039.
        RateTransfer published = SyntheticSweep.Of(SyntheticSweep.Plan(), -0.6, 0).Transfers[0];
        (double rate, double loss) = published.CostOfBaseRate(published.Curves[2])!.Value;
        double best = SyntheticSweep.Start * Math.Pow(4, -0.6);

        Assert.Equal(0.01, rate);
        Assert.Equal(0.05 * (Math.Pow(Math.Log(0.01 / best), 2) - Math.Pow(Math.Log(0.005 / best), 2)), loss, 1e-12);
        Assert.Equal(0, published.CostOfBaseRate(published.Curves[0])!.Value.Loss);
    }

    [Fact]
    public void Several_seeds_give_intervals_that_widen_with_their_spread()
    {
        SweepPlan plan = SyntheticSweep.Plan(seeds: 3);
        RateTransfer narrow = SyntheticSweep.Of(plan, -0.5, 0, seedShift: 0.01).Transfers[0];
        RateTransfer wide = SyntheticSweep.Of(plan, -0.5, 0, seedShift: 0.2).Transfers[0];

        // The seeds lie evenly about the law.
        Assert.Equal(-0.5, wide.Drift.Value, 1e-9);
        Assert.True(wide.Drift.Includes(-0.5));
        Assert.False(narrow.Drift.Includes(-0.4));
        Assert.Equal(20, (wide.Drift.High - wide.Drift.Low)!.Value / (narrow.Drift.High - narrow.Drift.Low)!.Value, 0.5);
        Assert.True(wide.RateOf(wide.Curves[2]).HasInterval);
    }

    [Fact]
    public void A_best_rate_at_the_end_of_the_grid_makes_the_drift_a_bound()
    {
        SweepPlan plan = SyntheticSweep.Plan(rates: [0.005, 0.01, 0.02]);
        RateTransfer published = SyntheticSweep.Of(plan, -2, 0).Transfers[0];

        Assert.True(published.IsBound);
        Assert.Equal(RatePosition.LowestTried, published.Curves[2].Best!.Position);
        Assert.False(SyntheticSweep.Of(plan, 0, 0).Transfers[0].IsBound);
    }

    [Fact]
    public void A_rate_at_which_one_seed_diverged_is_not_chosen()
    {
        SweepPlan plan = SyntheticSweep.Plan(seeds: 2);
        SweepResult result = SyntheticSweep.Of(plan, 0, 0, diverges: run => run is { Multiple: 2, Rate: 0.01 } && run.Seed == plan.Seeds[1]);

        Assert.Equal((0.005, RatePosition.BesideDivergence), Best(result.Transfers[0].Curves[1]));
        Assert.Equal(RatePosition.Interpolated, Best(result.Transfers[0].Curves[0]).Item2);

        static (double, RatePosition) Best(RateCurve curve) => (curve.Best!.Rate, curve.Best.Position);
    }

    [Fact]
    public void Incomplete_sizes_are_excluded()
    {
        // 5 rates of 2 parametrizations of 3 sizes: without the last run νGPT's largest size lacks a rate.
        SweepResult result = SyntheticSweep.Of(SyntheticSweep.Plan(), -0.6, 0, done: 29);
        Assert.Equal([3, 2], result.Transfers.Select(transfer => transfer.Curves.Count));
        Assert.True(result.CanBeReported);

        // The second seed is complete for the base model alone: sizes are compared with the first.
        SweepResult second = SyntheticSweep.Of(SyntheticSweep.Plan(seeds: 2), -0.6, 0, done: 30 + 10);
        Assert.All(second.Transfers, transfer => Assert.Equal((1, 3), (transfer.SeedCount, transfer.Curves.Count)));

        Assert.False(SyntheticSweep.Of(SyntheticSweep.Plan(), -0.6, 0, done: 9).CanBeReported);
        Assert.True(double.IsNaN(SyntheticSweep.Of(SyntheticSweep.Plan(), -0.6, 0, done: 10).Transfers[0].Drift.Value));
    }
}
