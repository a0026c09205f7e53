using System.Globalization;

namespace NGpt.ServerLoad;

/// <summary>All attacks one after the other, as a table.</summary>
internal sealed class AttackRun(AttackTest test)
{
    private static readonly (Attack Attack, int Attackers)[] Attacks =
        [(Attack.None, 0), (Attack.ReadsNothing, 8), (Attack.SendsNothing, 1100), (Attack.SendsOversizedPrompts, 200), (Attack.IgnoresRetryAfter, 400), (Attack.TokenizesWithoutReading, 40)];

    private static readonly TimeSpan LongestAttack = TimeSpan.FromMinutes(10);

    /// <summary>Runs the attacks and prints what the bystander saw. One that shuts him out, or keeps a slot, ends with an exception.</summary>
    public async Task RunAsync()
    {
        Console.WriteLine("attack                   attackers  answered  refused  median ms   max ms  /health max ms  process MB  idle after ms");
        foreach ((Attack attack, int attackers) in Attacks)
        {
            using CancellationTokenSource limit = new(LongestAttack);
            AttackReport report = await test.RunAsync(attack, attackers, limit.Token);
            double[] waits = [.. report.Waits.Order()];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{attack,-24} {attackers,9}  {waits.Length,8}  {report.Refused,7}  {(waits.Length > 0 ? waits[waits.Length / 2] : double.NaN),9:0}  {waits.LastOrDefault(double.NaN),7:0}  {report.HealthWaits.Max(),14:0}  {report.Megabytes,10:0}  {report.IdleAfter,13:0}"));
        }
    }
}
