using System.Globalization;
using NGpt.Core.Numerics;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Quantization;
using NGpt.Runtime.Benchmarks;
using NGpt.Runtime.Kernels;
using NGpt.RuntimeBenchmarks;

// Times products of weights of every type beside what the machine can do at best, interleaved.
// Arguments: --rounds N (default 9), --threads N (default: all cores), --type T (default: all), --tokens N (default: all sizes).
int rounds = Option("--rounds", 9);
int threads = Option("--threads", Environment.ProcessorCount);
int onlyTokens = Option("--tokens", 0);
using WorkerTeam team = new(threads);
using PeakMeter peaks = new(team);
List<ProductSubject> subjects = [];
foreach (WeightType type in Enum.GetValues<WeightType>())
{
    if (Array.IndexOf(args, "--type") is int place and >= 0 && !string.Equals(args[place + 1], type.Name(), StringComparison.OrdinalIgnoreCase))
    {
        continue;
    }

    // About 128 MiB of weights: more than the last-level cache.
    const int Columns = 4096;
    int rows = (int)((128L << 20) / type.RowBytes(Columns) / 64 * 64);
    foreach (int tokens in (ReadOnlySpan<int>)[1, 2, 4, 8, 16])
    {
        Add(type, rows, Columns, tokens);
    }

    Add(type, 768, 768, 1);
    Add(type, 768, 768, 512);
    Add(type, 3072, 768, 512);
    Add(type, 768, 3072, 512);
}

double[] bandwidths = new double[rounds];
double[] arithmetic = new double[rounds];
double[][] seconds = [.. subjects.Select(_ => new double[rounds])];
for (int round = 0; round < rounds; round++)
{
    bandwidths[round] = peaks.ReadBandwidth();
    arithmetic[round] = peaks.MultiplyAdds();
    for (int i = 0; i < subjects.Count; i++)
    {
        seconds[i][round] = subjects[i].Measure();
    }
}

Console.WriteLine($"{ProductKernels.Best.Description}, {team.Description}, {rounds} rounds; median, quartiles, share of the peak in the same round");
Print("read bandwidth, 256 MiB", "GB/s", bandwidths.Select(value => value / 1e9), 1);
Print("float32 multiply-adds between registers", "GFLOP/s", arithmetic.Select(value => value / 1e9), 1);
for (int i = 0; i < subjects.Count; i++)
{
    ProductSubject subject = subjects[i];
    double[] times = seconds[i];
    if (subject.Tokens <= 16)
    {
        Print(subject.Name, "GB/s", times.Select(time => subject.Bytes / time / 1e9), Spread.Of(times.Zip(bandwidths, (time, peak) => subject.Bytes / time / peak))!.Median);
    }
    else
    {
        Print(subject.Name, "GFLOP/s", times.Select(time => subject.Operations / time / 1e9), Spread.Of(times.Zip(arithmetic, (time, peak) => subject.Operations / time / peak))!.Median);
    }

    subject.Dispose();
}

void Add(WeightType type, int rows, int columns, int tokens)
{
    if (onlyTokens == 0 || tokens == onlyTokens)
    {
        subjects.Add(new ProductSubject(team, type, rows, columns, tokens));
    }
}

int Option(string name, int otherwise) =>
    args.SkipWhile(argument => argument != name).Skip(1).Select(value => int.Parse(value, CultureInfo.InvariantCulture)).FirstOrDefault(otherwise);

static void Print(string name, string unit, IEnumerable<double> values, double share)
{
    Spread spread = Spread.Of(values)!;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-44} {spread.Median,9:0.00} {spread.LowerQuartile,9:0.00} {spread.UpperQuartile,9:0.00}   {share:0.00}  {unit}"));
}
