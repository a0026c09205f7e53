using System.Globalization;
using NGpt.Measurements;
using NGpt.Torch.Training;
using TorchSharp;

namespace NGpt.Endurance.Steps;

/// <summary>Measures this process every so many steps of a run.</summary>
internal sealed class StepSampler(int interval) : ITrainingObserver
{
    private const int LinesOfSamples = 10;

    /// <summary>What the process held.</summary>
    public List<ResourceSample> Samples { get; } = [];

    /// <summary>Live tensors at the same steps.</summary>
    public List<double> Tensors { get; } = [];

    /// <summary>The loss of the last step.</summary>
    public double LastLoss { get; private set; }

    /// <inheritdoc/>
    public void OnStep(StepReport report)
    {
        LastLoss = report.Loss;
        if (report.Step % interval != 0)
        {
            return;
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        ResourceSample sample = ResourceSample.Take(report.Step);
        Samples.Add(sample);
        Tensors.Add(torch.Tensor.TotalCount);
        if (Samples.Count == 1)
        {
            Console.WriteLine("     step  managed MB  process MB  handles  threads  tensors");
        }

        if (Samples.Count % LinesOfSamples == 1)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Step,9}  {sample.ManagedMegabytes,10:0.00}  {sample.ProcessMegabytes,10:0.0}  {sample.Handles,7}  {sample.Threads,7}  {Tensors[^1],7}"));
        }
    }

    /// <inheritdoc/>
    public void OnWarning(string message) => Console.WriteLine($"warning: {message}");

    /// <inheritdoc/>
    public void OnPreparing(string message)
    {
    }

    /// <inheritdoc/>
    public void OnPlan(TrainingPlan plan)
    {
    }

    /// <inheritdoc/>
    public void OnPass(PassProgress pass)
    {
    }

    /// <inheritdoc/>
    public void OnEvaluation(EvaluationReport report)
    {
    }

    /// <inheritdoc/>
    public void OnSample(int stepsTaken, string text)
    {
    }

    /// <inheritdoc/>
    public void OnCheckpoint(int stepsTaken, string folder)
    {
    }

    /// <inheritdoc/>
    public void OnFinished(TrainingOutcome outcome)
    {
    }
}
