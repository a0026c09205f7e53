using NGpt.Core.Generation;
using NGpt.Server;
using NGpt.ServerLoad;
using NGpt.Tests;

// Load test of a server on this machine, with a given model or a small random one: rounds of many concurrent clients,
// well-behaved, slow, disconnecting and hostile ones. Prints the outcomes; exit code 1 where one is unexpected.
if (LoadTestOptions.Parse(args) is not LoadTestOptions given)
{
    Console.Error.WriteLine(LoadTestOptions.Usage);
    return 2;
}

DirectoryInfo folder = Directory.CreateTempSubdirectory("ngpt-load-");
try
{
    string model = given.Model ?? RandomModel.Write(Path.Combine(folder.FullName, "random"));
    ServerOptions options = new()
    {
        Port = 0,
        Slots = given.Slots,
        QueueLength = 60,
        MaxBodyBytes = given.Attacks ? new ServerOptions().MaxBodyBytes : 100_000,
        Threads = given.Threads,
        ChatTemplate = ChatTemplate.Plain,
    };
    await using NGptServer server = await NGptServer.StartAsync(options, () => ServedModel.Load(model));
    await server.Ready;
    if (given.Attacks)
    {
        Console.WriteLine(server.Description);
        await new AttackRun(new AttackTest(server.Address, options.MaxBodyBytes)).RunAsync();
        return 0;
    }

    Console.WriteLine($"{server.Description}; {given.Clients} clients, {(given.Time is TimeSpan time ? $"{time.TotalHours:0.##} hours" : $"{given.Rounds} rounds")}");
    return await new LoadTestRun(new LoadTest(server.Address, options.MaxBodyBytes), given).RunAsync() ? 0 : 1;
}
finally
{
    folder.Delete(recursive: true);
}
