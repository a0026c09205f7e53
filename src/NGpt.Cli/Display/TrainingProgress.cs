using NGpt.Torch.Training;

namespace NGpt.Cli.Display;

/// <summary>What a live display remembers of a run.</summary>
/// <param name="plan">The plan of the run.</param>
public sealed class TrainingProgress(TrainingPlan plan)
{
    // Twice as many points as the widest chart has columns, so that halving them loses nothing visible.
    private const int MaxPoints = 1024;

    // The smoothed loss averages over about this many steps.
    private const double SmoothingSteps = 20;

    private readonly List<(double Step, double Loss)> _losses = [];
    private readonly List<(double Step, double Loss)> _evaluations = [];
    private double _weightedSum;
    private double _weight;
    private int _stepsAPoint = 1;
    private double _pendingSum;
    private int _pendingCount;

    /// <summary>The plan of the run.</summary>
    public TrainingPlan Plan => plan;

    /// <summary>The newest step, or null before the first.</summary>
    public StepReport? Latest { get; private set; }

    /// <summary>The newest evaluation, or null before the first.</summary>
    public EvaluationReport? LatestEvaluation { get; private set; }

    /// <summary>The current pass.</summary>
    public PassProgress Pass { get; private set; }

    /// <summary>Steps taken, those before a resumed run included.</summary>
    public int Step => Latest?.Step ?? plan.StartStep;

    /// <summary>Training loss averaged over the last steps, in nats per token.</summary>
    public double SmoothedLoss => _weight > 0 ? _weightedSum / _weight : double.NaN;

    /// <summary>Training losses, each the mean of as many steps as it takes to keep the list short.</summary>
    public IReadOnlyList<(double Step, double Loss)> Losses => _losses;

    /// <summary>Losses on held-out data.</summary>
    public IReadOnlyList<(double Step, double Loss)> Evaluations => _evaluations;

    /// <summary>Adds the beginning of a pass.</summary>
    /// <param name="pass">The pass.</param>
    public void Add(PassProgress pass) => Pass = pass;

    /// <summary>Adds a step.</summary>
    /// <param name="report">Figures of the step.</param>
    public void Add(StepReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        Latest = report;
        const double keep = 1 - (1 / SmoothingSteps);
        _weightedSum = (_weightedSum * keep) + report.Loss;
        _weight = (_weight * keep) + 1;
        _pendingSum += report.Loss;
        if (++_pendingCount < _stepsAPoint)
        {
            return;
        }

        _losses.Add((report.Step - ((_pendingCount - 1) / 2.0), _pendingSum / _pendingCount));
        (_pendingSum, _pendingCount) = (0, 0);
        if (_losses.Count >= MaxPoints)
        {
            Halve();
        }
    }

    /// <summary>Adds an evaluation.</summary>
    /// <param name="report">Figures of the evaluation.</param>
    public void Add(EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        LatestEvaluation = report;
        _evaluations.Add((report.Step, report.Loss));
    }

    private void Halve()
    {
        int half = _losses.Count / 2;
        for (int i = 0; i < half; i++)
        {
            (double firstStep, double firstLoss) = _losses[2 * i];
            (double secondStep, double secondLoss) = _losses[(2 * i) + 1];
            _losses[i] = ((firstStep + secondStep) / 2, (firstLoss + secondLoss) / 2);
        }

        _losses.RemoveRange(half, _losses.Count - half);
        _stepsAPoint *= 2;
    }
}
