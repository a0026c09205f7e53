using NGpt.Core.Checkpoints;

namespace NGpt.Endurance.Kills;

/// <summary>A run of a tiny model that saves, evaluates and samples every few steps.</summary>
internal class TrainingScenario(string program, string architecture, int gradientAccumulation, int evaluationBatches) : KillScenario(program)
{
    private const int Steps = 40;
    private const int CheckpointInterval = 3;
    private const int EvaluationInterval = 4;
    private const string SampleTokens = "8";

    private TimeSpan _duration;

    /// <summary>The name of the counts.</summary>
    protected virtual string Name => evaluationBatches > 2 ? "evaluating" : "training";

    /// <inheritdoc/>
    public override void DoUninterrupted()
    {
        WriteText("text.txt", 2000, (_, text) => text);

        // The first run prepares the tokens.
        RunWhole(Begin(At("first")));
        _duration = RunWhole(Begin(At("whole")));
        RunDifferences.RequireSame(At("whole"), At("first"));
    }

    /// <inheritdoc/>
    public override void DoInterrupted(Executioner executioner, int number)
    {
        string run = RunFolderOf(number);
        int saved = 0;
        for (bool done = false; !done;)
        {
            BeforeStart(executioner, run);
            RunFolder folder = new(run);
            int newest = Newest(folder);
            EnduranceException.Require(newest >= saved, $"{run}: the checkpoint of step {saved} was reported as saved and is lost");
            using NGptProcess process = Start(folder.HoldsRun ? ["train", "--resume", "auto", "--out", run, "--log-interval", "1", "--sample-tokens", SampleTokens, "--threads", "1"] : Begin(run));
            Execution end = executioner.End(process, Moments(executioner.Random, folder), Name, Path.Combine(run, "checkpoints"));
            Check(executioner, process, end, folder, newest);
            saved = Math.Max(saved, process.Saved.LastOrDefault());
            done = end.ExitCode == 0;
        }

        RunDifferences.RequireSame(At("whole"), run);
        Directory.Delete(run, recursive: true);
    }

    /// <summary>Called before each process.</summary>
    protected virtual void BeforeStart(Executioner executioner, string run)
    {
    }

    /// <summary>Whether a process may end without a signal before the work is done.</summary>
    protected virtual bool MayFail(Executioner executioner, string error) => false;

    /// <summary>Whether the run's disk has room for a checkpoint.</summary>
    protected virtual bool HasRoom => true;

    /// <summary>The folder of a trial.</summary>
    protected virtual string RunFolderOf(int number) => At($"run-{number}");

    private void Check(Executioner executioner, NGptProcess process, Execution end, RunFolder folder, int newestBefore)
    {
        string story = $"{folder.Path}: exit code {end.ExitCode} after the steps {string.Join(' ', process.Steps)}: {process.Error}";
        bool hasFailed = end.ExitCode != 0 && !end.IsKilled;
        EnduranceException.Require(!hasFailed || (end.ExitCode == 1 && MayFail(executioner, process.Error)), story);
        int[] steps = process.Steps;
        if (steps.Length == 0)
        {
            return;
        }

        EnduranceException.Require(steps[0] == newestBefore + 1, $"{story}: resumed at step {steps[0]}, although step {newestBefore} is saved");
        int lost = steps[^1] - Newest(folder);
        EnduranceException.Require(lost <= CheckpointInterval, $"{story}: {lost} steps are lost");
        EnduranceException.Require(!end.CouldSave || !HasRoom || lost <= 0, $"{story}: {lost} steps are lost although the signal lets the run save");
        if (end.IsKilled)
        {
            executioner.Count($"{Name}: {Math.Max(0, lost)} steps lost");
        }
    }

    private static int Newest(RunFolder folder) => folder.Checkpoints.All
        .LastOrDefault(checkpoint => File.Exists(checkpoint.File(CheckpointFolder.StateFile)))?.Step ?? 0;

    // A moment in steps is early, so that a run has many of them.
    private KillMoment[] Moments(Random random, RunFolder folder)
    {
        int steps = random.Next(1, 12);
        return
        [
            AnyTime(random, _duration),
            new("after a step", process => process.WaitFor(() => process.Steps.Length >= steps) && process.Wait(TimeSpan.FromMilliseconds(random.NextDouble() * 25))),
            WhileSaving(random, Path.Combine(folder.Path, "checkpoints")),
            new("while evaluating", process => process.WaitFor(() => process.Steps is [.., int last] && last % EvaluationInterval == 0)
                && process.Wait(TimeSpan.FromMilliseconds(random.NextDouble() * (evaluationBatches > 2 ? 200 : 5)))),
        ];
    }

    private string[] Begin(string run) =>
    [
        "train", "--data", At("text.txt"), "--arch", architecture, "--layers", "2", "--heads", "3", "--embedding-width", "18", "--mlp-width", "23",
        "--context-length", "17", "--batch-size", "3", "--gradient-accumulation", $"{gradientAccumulation}", "--steps", $"{Steps}",
        "--checkpoint-interval", $"{CheckpointInterval}", "--eval-interval", $"{EvaluationInterval}", "--eval-batches", $"{evaluationBatches}",
        "--log-interval", "1", "--sample-tokens", SampleTokens, "--sample-interval", "10", "--threads", "1", "--device", "cpu", "--out", run,
    ];
}
