using System.Diagnostics;
using System.Globalization;
using NGpt.Server;
using NGpt.ServerLoad;
using NGpt.Tests;

// Load test of a server on this machine, with a given model or a small random one: rounds of many concurrent clients,
// well-behaved, slow, disconnecting and hostile ones. Prints the outcomes; exit code 1 where one is unexpected.
// Arguments: --model PATH, --clients N (200), --rounds N (30), --slots N (8), --threads N.
Dictionary<string, string> given = args.Chunk(2).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0].TrimStart('-'), pair => pair[1]);
int clients = Number("clients", 200);
int rounds = Math.Max(4, Number("rounds", 30));
DirectoryInfo folder = Directory.CreateTempSubdirectory("ngpt-load-");
try
{
    string model = given.GetValueOrDefault("model") ?? RandomModel.Write(Path.Combine(folder.FullName, "random"));
    ServerOptions options = new()
    {
        Port = 0,
        Slots = Number("slots", 8),
        QueueLength = 60,
        MaxBodyBytes = 100_000,
        Threads = given.ContainsKey("threads") ? Number("threads", 1) : null,
    };
    await using NGptServer server = await NGptServer.StartAsync(options, () => ServedModel.Load(model));
    await server.Ready;
    Console.WriteLine($"{server.Description}; {clients} clients, {rounds} rounds");
    return await RunAsync(new LoadTest(server.Address, options.MaxBodyBytes));
}
finally
{
    folder.Delete(recursive: true);
}

async Task<int> RunAsync(LoadTest test)
{
    using CancellationTokenSource limit = new(TimeSpan.FromMinutes(30));
    SortedDictionary<string, int> outcomes = new(StringComparer.Ordinal);
    List<string> unexpected = [];
    List<double> memory = [];
    Dictionary<string, double> metrics = [];
    Console.WriteLine("round  seconds  tokens/s  managed MB  process MB");
    for (int round = 1; round <= rounds; round++)
    {
        double before = metrics.GetValueOrDefault("ngpt_generated_tokens_total");
        long start = Stopwatch.GetTimestamp();
        LoadTestReport report = await test.RunAsync(clients, limit.Token);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        metrics = await test.WaitUntilIdleAsync(limit.Token);
        foreach ((string outcome, int count) in report.Outcomes)
        {
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + count;
        }

        unexpected.AddRange(report.Unexpected);
        memory.Add(GC.GetTotalMemory(forceFullCollection: true) / 1e6);
        using Process self = Process.GetCurrentProcess();
        double rate = (metrics["ngpt_generated_tokens_total"] - before) / seconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{round,5}  {seconds,7:0.00}  {rate,8:0}  {memory[^1],10:0.0}  {self.WorkingSet64 / 1e6,10:0}"));
    }

    foreach ((string outcome, int count) in outcomes)
    {
        Console.WriteLine($"{count,7}  {outcome}");
    }

    double ended = metrics.Where(metric => metric.Key.StartsWith("ngpt_texts_ended_total", StringComparison.Ordinal)).Sum(metric => metric.Value);
    Console.WriteLine($"{metrics["ngpt_texts_accepted_total"],7}  sequences accepted, {ended} ended with a reason");

    // The first rounds fill caches and pools; a leak grows with every round.
    int middle = (rounds / 2) - 1;
    double growth = memory[^1] - memory[middle];
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"managed memory from round {middle + 1} to the last: {growth:+0.0;-0.0;0.0} MB"));
    bool hasPassed = unexpected.Count == 0 && ended == metrics["ngpt_texts_accepted_total"] && growth < Math.Max(2, 0.1 * memory[middle]);
    Console.WriteLine(hasPassed ? "passed" : $"FAILED: {string.Join(", ", unexpected.Take(5))}");
    return hasPassed ? 0 : 1;
}

int Number(string name, int fallback) => given.TryGetValue(name, out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : fallback;
