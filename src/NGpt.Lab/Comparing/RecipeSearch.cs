using NGpt.Core.Configuration;
using NGpt.Lab.Runs;
using static NGpt.Lab.Runs.RunDescription;

namespace NGpt.Lab.Comparing;

/// <summary>
/// Chooses an architecture's recipe: all learning rates of the grid; further ones while the best is at an end of it; then
/// the other weight decays and warmups at the best rate. Both architectures are searched in the same way.
/// </summary>
internal sealed class RecipeSearch
{
    private const LossMeasure Measure = LossMeasure.BitsPerByte;

    private readonly ComparisonPlan _plan;
    private readonly RunSequence _runs;
    private readonly IExperimentObserver _observer;
    private readonly List<TriedRecipe> _tried = [];

    public RecipeSearch(ComparisonPlan plan, RunSequence runs, IExperimentObserver observer) =>
        (_plan, _runs, _observer) = (plan, runs, observer);

    public RecipeChoice Search(Architecture architecture)
    {
        bool isGpt = architecture == Architecture.Gpt;
        double decay = isGpt ? _plan.GptWeightDecays[0] : 0;
        double warmup = isGpt ? _plan.GptWarmups[0] : 0;
        List<double> rates = [.. isGpt ? _plan.GptRates : _plan.NGptRates];
        if (!rates.TrueForAll(rate => Try(new Recipe(architecture, rate, decay, warmup))))
        {
            return new RecipeChoice(architecture, _tried, null, IsBracketed: false);
        }

        bool isBracketed = Bracket(architecture, decay, warmup, rates);
        if (Best() is not Recipe best)
        {
            return new RecipeChoice(architecture, _tried, null, isBracketed);
        }

        bool isComplete = _runs.End == ExperimentEnd.None;
        if (isGpt)
        {
            // One setting at a time, each with the best recipe so far.
            isComplete = isComplete
                && _plan.GptWeightDecays.Skip(1).All(other => Try(best with { WeightDecay = other }))
                && _plan.GptWarmups.Skip(1).All(other => Try(Best()! with { Warmup = other }));
            best = Best()!;
        }

        if (isComplete)
        {
            _observer.OnDecision($"{architecture.DisplayName()}: best of {_tried.Count} recipes: {best.Text}{(isBracketed ? "" : " (at the end of the grid)")}");
        }

        return new RecipeChoice(architecture, _tried, isComplete ? best : null, isBracketed);
    }

    private bool Bracket(Architecture architecture, double decay, double warmup, List<double> rates)
    {
        for (int added = 0; added < ComparisonPlan.MaxExtraRates && rates.Count > 1 && Best() is Recipe best; added++)
        {
            double? beyond = best.LearningRate == rates[^1] ? rates[^1] * rates[^1] / rates[^2]
                : best.LearningRate == rates[0] ? rates[0] * rates[0] / rates[1]
                : null;
            if (beyond is not double rate)
            {
                return true;
            }

            _observer.OnDecision($"{architecture.DisplayName()}: the best learning rate so far, {Rate(best.LearningRate)}, is at the end of the grid: trying {Rate(rate)} too");
            _runs.PlannedCount++;
            if (!Try(new Recipe(architecture, rate, decay, warmup)))
            {
                return false;
            }

            rates.Add(rate);
            rates.Sort();
        }

        return Best() is Recipe found && found.LearningRate != rates[0] && found.LearningRate != rates[^1];
    }

    private bool Try(Recipe recipe)
    {
        RunResult result = _runs.Train(recipe.Run(_plan, _plan.SweepSeed));
        if (result.IsDone)
        {
            _tried.Add(new TriedRecipe(recipe, result));
        }

        return result.IsDone;
    }

    private Recipe? Best() => _tried.Where(tried => double.IsFinite(tried.Result.FinalLoss(Measure))).MinBy(tried => tried.Result.FinalLoss(Measure))?.Recipe;
}
