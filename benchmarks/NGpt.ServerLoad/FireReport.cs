using System.Collections.Concurrent;

namespace NGpt.ServerLoad;

/// <summary>What came of a fire: answers by kind of client, and those that should not be.</summary>
internal sealed class FireReport
{
    public ConcurrentDictionary<string, int> Outcomes { get; } = new();

    public ConcurrentBag<string> Wrong { get; } = [];

    public void Add(FireKind kind, string outcome, bool isRight)
    {
        string line = $"{kind}: {outcome}";
        Outcomes.AddOrUpdate(line, 1, (_, count) => count + 1);
        if (!isRight)
        {
            Wrong.Add(line);
        }
    }
}
