using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using NGpt.Benchmarks;
using NGpt.Core.Numerics;
using NGpt.Core.Numerics.Products;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Native;
using NGpt.Torch.Operators.Products;
using NGpt.Torch.Operators.Threads;
using TorchSharp;
using BFloat16 = NGpt.Core.Numerics.Vectors.BFloat16;

// Times every kernel and matrix product of the engine beside what the machine can do at best.
// Arguments: --rounds N (default 9), --json.
int rounds = args.SkipWhile(argument => argument != "--rounds").Skip(1).Select(value => int.Parse(value, CultureInfo.InvariantCulture)).FirstOrDefault(9);
LibTorch.Load();
using ThreadTeam team = KernelThreads.Create(NativeEnvironment.Threads);
using IMatrixProducts managed = ManagedProducts.Create(team);
using LibTorchProducts float32 = new(torch.ScalarType.Float32);
using LibTorchProducts bf16 = new(torch.ScalarType.BFloat16);
Operation[] operations = Lanes512.IsFast ? All<Lanes512>() : Lanes256.IsFast ? All<Lanes256>() : All<Lanes128>();
double[][] rates = Timing.Measure(operations, rounds);
Spread[] spreads = [.. rates.Select(values => Spread.Of(values)!)];
if (args.Contains("--json"))
{
    Console.WriteLine(JsonSerializer.Serialize(operations.Select((operation, i) => new
    {
        operation.Name,
        Unit = operation.IsLimitedByMemory ? "GB/s" : "GFLOP/s",
        spreads[i].Median,
        spreads[i].LowerQuartile,
        spreads[i].UpperQuartile,
        OfPeak = OfPeak(i),
    })));
    return;
}

Console.WriteLine($"{ProcessorFeatures.Current.Name}, {team.Description}, {rounds} rounds");
Console.WriteLine($"{"operation",-64} {"median",9} {"quartiles",19}   of peak");
for (int i = 0; i < operations.Length; i++)
{
    string unit = operations[i].IsLimitedByMemory ? "GB/s" : "GFLOP/s";
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{operations[i].Name,-64} {spreads[i].Median,9:0.0} {spreads[i].LowerQuartile,9:0.0} {spreads[i].UpperQuartile,9:0.0}   {OfPeak(i):0.00}  {unit}"));
}

// The share of the copy bandwidth or the multiply-add peak, round by round, then the median.
double OfPeak(int operation)
{
    double[] peak = rates[operations[operation].IsLimitedByMemory ? 0 : 1];
    return Spread.Of(rates[operation].Zip(peak, (rate, best) => rate / best))!.Median;
}

Operation[] All<TLanes>()
    where TLanes : unmanaged, ILanes<TLanes> =>
[
    Copy(),
    MultiplyAdds<TLanes>(),
    .. new KernelOperations<TLanes, BFloat16>(team, "bf16").All(),
    .. new KernelOperations<TLanes, Float32>(team, "float32").All(),
    .. ProductOperations.All(bf16, "bf16", sizeof(ushort)),
    .. ProductOperations.All(float32, "float32", sizeof(float)),
    .. ProductOperations.All(managed, "float32", sizeof(float)),
];

unsafe Operation Copy()
{
    const int Kilobytes = 128 << 10;
    byte* source = (byte*)NativeMemory.AllocZeroed((nuint)Kilobytes << 10);
    byte* target = (byte*)NativeMemory.AllocZeroed((nuint)Kilobytes << 10);
    return new Operation("copy of 128 MiB (read and written)", 2L * Kilobytes << 10, 0, () => team.Run(new Peaks.Copy { Source = source, Target = target, Kilobytes = Kilobytes }));
}

unsafe Operation MultiplyAdds<TLanes>()
    where TLanes : unmanaged, ILanes<TLanes>
{
    const int Iterations = 1 << 20;
    float* result = (float*)NativeMemory.AllocZeroed((nuint)team.Threads, sizeof(float));
    return new Operation(
        $"float32 multiply-adds between registers ({TLanes.Name})",
        0,
        2L * Iterations * MultiplyAddLoop<TLanes>.Sums * TLanes.Count * team.Threads,
        () => team.Run(new MultiplyAddLoop<TLanes> { Iterations = Iterations, Result = result }));
}
