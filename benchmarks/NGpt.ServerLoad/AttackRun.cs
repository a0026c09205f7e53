using System.Globalization;

namespace NGpt.ServerLoad;

/// <summary>All attacks one after the other, as a table.</summary>
internal sealed class AttackRun(AttackTest test, int slots)
{
    private static readonly (Attack Attack, int Attackers)[] Attacks =
        [(Attack.None, 0), (Attack.ReadsNothing, 8), (Attack.SendsNothing, 1100), (Attack.SendsOversizedPrompts, 200), (Attack.IgnoresRetryAfter, 400), (Attack.TokenizesWithoutReading, 40)];

    private static readonly TimeSpan LongestAttack = TimeSpan.FromMinutes(10);

    /// <summary>Runs the attacks and prints what the bystander saw.</summary>
    /// <returns>Whether he was always answered or refused, and all slots were free afterwards.</returns>
    public async Task<bool> RunAsync()
    {
        bool isPassed = true;
        Console.WriteLine("attack                   attackers  answered  refused  median ms   max ms  /health max ms  process MB  free slots");
        foreach ((Attack attack, int attackers) in Attacks)
        {
            using CancellationTokenSource limit = new(LongestAttack);
            AttackReport report = await test.RunAsync(attack, attackers, limit.Token);
            isPassed &= report.BusySlots == 0;
            double[] waits = [.. report.Waits.Order()];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{attack,-24} {attackers,9}  {waits.Length,8}  {report.Refused,7}  {(waits.Length > 0 ? waits[waits.Length / 2] : double.NaN),9:0}  {waits.LastOrDefault(double.NaN),7:0}  {report.HealthWaits.Max(),14:0}  {report.Megabytes,10:0}  {slots - report.BusySlots,10}"));
        }

        Console.WriteLine(isPassed ? "passed" : "FAILED: a slot stayed in use");
        return isPassed;
    }
}
