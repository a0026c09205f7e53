using NGpt.Core.Errors;
using NGpt.PeerBenchmarks;

if (args.Contains("--help"))
{
    Console.WriteLine(PeerOptions.Help);
    return 0;
}

try
{
    PeerOptions options = PeerOptions.Parse(args);
    PeerReport report = new PeerComparison(options, Console.Error.WriteLine).Run();
    (options.Json ? Console.Error : Console.Out).Write(report.Text());
    if (options.Json)
    {
        Console.WriteLine(report.Json());
    }

    return report.Agrees ? 0 : 1;
}
catch (NGptException problem)
{
    Console.Error.WriteLine($"peer benchmark: {problem.Message}{(problem.Remedy is string remedy ? $". {remedy}" : "")}");
    return problem is UsageException ? 2 : 1;
}
