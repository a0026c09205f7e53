namespace NGpt.Cli.Tests.Training;

[Collection(OneAtATime.Name)]
public sealed class ResumeAfterKillTests(ITestOutputHelper log) : IDisposable
{
    private const int Steps = 40;

    private readonly TrainingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ngpt", 1, 10, 11)]
    [InlineData("gpt", 2, 10, 12)]
    public async Task A_run_that_is_killed_at_random_moments_ends_as_the_uninterrupted_one(string architecture, int accumulation, int kills, int seed)
    {
        string[] options = ["--arch", architecture, "--gradient-accumulation", $"{accumulation}", "--steps", $"{Steps}", "--checkpoint-interval", "3"];
        using (TrainingProcess whole = new(_folder, _folder.Begin("whole", options)))
        {
            Assert.Equal(0, (await whole.End()).ExitCode);
        }

        Random random = new(seed);
        int killed = 0;
        for (int run = 0; killed < kills; run++)
        {
            string name = $"run-{run}";
            killed += await KillUntilDone(name, _folder.Begin(name, options), random);
            RunState.AssertSame(_folder.At("whole"), _folder.At(name), Steps);
        }

        log.WriteLine($"{killed} kills");
    }

    // Begins a run and continues it, killing every process at a random moment until one reaches the end.
    private async Task<int> KillUntilDone(string name, string[] begin, Random random)
    {
        int kills = 0;
        int saved = 0;
        while (true)
        {
            bool begun = File.Exists(_folder.At(name, "config.json"));
            string[] arguments = begun ? ["--resume", "auto", "--out", _folder.At(name), "--log-interval", "1", "--threads", "1"] : begin;
            int[] whole = begun ? RunState.Checkpoints(_folder.At(name)) : [];
            using TrainingProcess process = new(_folder, arguments);
            bool wasKilled = await KillAtRandomMoment(process, random);
            log.WriteLine($"{name}: {(wasKilled ? "killed" : "ended")} after {process.Lines.Count} lines, steps {string.Join(' ', process.Steps)}");
            if (process.Steps is [int first, ..])
            {
                // What was reported as saved is never lost.
                Assert.True(whole.LastOrDefault() >= saved);
                Assert.Equal(whole.LastOrDefault() + 1, first);
            }

            saved = Math.Max(saved, process.Saved.LastOrDefault());
            if (!wasKilled)
            {
                return kills;
            }

            kills++;
        }
    }

    private static async Task<bool> KillAtRandomMoment(TrainingProcess process, Random random)
    {
        // Half of the moments are counted in steps, where the saving is; half in time, where the starting is.
        if (random.Next(2) == 0)
        {
            await process.WaitForSteps(random.Next(1, 12));
            process.EndsWithin(TimeSpan.FromMilliseconds(random.NextDouble() * 25));
        }
        else
        {
            process.EndsWithin(TimeSpan.FromMilliseconds(random.NextDouble() * 1500));
        }

        return await process.Kill();
    }
}
