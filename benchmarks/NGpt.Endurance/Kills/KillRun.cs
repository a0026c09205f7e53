using System.Diagnostics;
using System.Globalization;

namespace NGpt.Endurance.Kills;

/// <summary>Kills processes of all scenarios in turn until a number of kills is reached.</summary>
internal sealed class KillRun(EnduranceOptions options)
{
    private static readonly Dictionary<string, Func<string, KillScenario[]>> Known = new()
    {
        ["training"] = program => [new TrainingScenario(program, "ngpt", 1, 2), new TrainingScenario(program, "gpt", 2, 2)],
        ["evaluating"] = program => [new TrainingScenario(program, "ngpt", 1, 80)],
        ["preparing"] = program => [new PreparationScenario(program)],
        ["comparing"] = program => [new ComparisonScenario(program)],
        ["small-disk"] = program => [new SmallDiskScenario(program)],
    };

    /// <summary>Names of the scenarios.</summary>
    public static IEnumerable<string> Scenarios => Known.Keys;

    /// <summary>Runs the scenarios and prints what came of it.</summary>
    /// <returns>Whether every trial ended as the uninterrupted run.</returns>
    public bool Run()
    {
        Executioner executioner = new(new Random(options.Seed));
        List<KillScenario> scenarios = [.. Known.Where(known => options.Scenario is null || known.Key == options.Scenario).SelectMany(known => known.Value(options.Program))];
        List<string> problems = [];
        int trials = 0;
        long start = Stopwatch.GetTimestamp();
        try
        {
            foreach (KillScenario impossible in scenarios.Where(scenario => !scenario.IsPossible).ToArray())
            {
                Console.WriteLine($"left out, since this machine does not allow it: {impossible.GetType().Name}");
                scenarios.Remove(impossible);
                impossible.Dispose();
            }

            scenarios.ForEach(scenario => scenario.DoUninterrupted());
            for (int round = 0; executioner.Kills < options.Count && problems.Count == 0; round++)
            {
                foreach (KillScenario scenario in scenarios.Where(_ => executioner.Kills < options.Count))
                {
                    scenario.DoInterrupted(executioner, round);
                    trials++;
                }

                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{executioner.Kills,5} kills in {trials} trials, {Stopwatch.GetElapsedTime(start).TotalMinutes:0.0} minutes: all ended as the uninterrupted ones"));
            }
        }
        catch (Exception problem) when (problem is EnduranceException or TimeoutException)
        {
            problems.Add(problem.Message);
        }
        finally
        {
            scenarios.ForEach(scenario => scenario.Dispose());
        }

        foreach ((string what, int count) in executioner.Counts)
        {
            Console.WriteLine($"{count,7}  {what}");
        }

        Console.WriteLine(problems.Count == 0
            ? $"passed: {executioner.Kills} kills in {trials} trials of seed {options.Seed}, every end state identical"
            : $"FAILED after {executioner.Kills} kills of seed {options.Seed}: {problems[0]}");
        return problems.Count == 0;
    }
}
