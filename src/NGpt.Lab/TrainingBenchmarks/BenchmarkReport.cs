using System.Runtime.InteropServices;
using NGpt.Core.Numerics;
using NGpt.Core.Numerics.Threads;
using NGpt.Torch.Native;
using NGpt.Torch.Training;

namespace NGpt.Lab.TrainingBenchmarks;

/// <summary>What a benchmark measured.</summary>
/// <param name="End">Why it ended.</param>
/// <param name="Machine">Machine and versions.</param>
/// <param name="Sizes">The sizes that were reached.</param>
/// <param name="Elapsed">Wall-clock time.</param>
public sealed record BenchmarkReport(BenchmarkEnd End, BenchmarkMachine Machine, IReadOnlyList<SizeReport> Sizes, TimeSpan Elapsed);

/// <summary>Why a benchmark ended.</summary>
public enum BenchmarkEnd
{
    /// <summary>All rounds were measured.</summary>
    Completed,

    /// <summary>The time limit was reached first.</summary>
    TimeLimit,

    /// <summary>Stopped by the user.</summary>
    Stopped,
}

/// <summary>The machine and the library versions of the measurements.</summary>
public sealed record BenchmarkMachine
{
    /// <summary>Name of the processor.</summary>
    public required string Processor { get; init; }

    /// <summary>Cores that the process may use.</summary>
    public required int Cores { get; init; }

    /// <summary>Compute threads.</summary>
    public required int Threads { get; init; }

    /// <summary>Memory in bytes.</summary>
    public required long Memory { get; init; }

    /// <summary>Operating system.</summary>
    public required string System { get; init; }

    /// <summary>The .NET runtime.</summary>
    public required string Runtime { get; init; }

    /// <summary>Version of TorchSharp.</summary>
    public required string TorchSharp { get; init; }

    /// <summary>Version of libtorch.</summary>
    public required string LibTorch { get; init; }

    /// <summary>Describes this machine.</summary>
    internal static BenchmarkMachine Read(WorkerReady worker) => new()
    {
        Processor = ProcessorFeatures.Current.Name,
        Cores = ProcessorCores.Current.Physical,
        Threads = worker.Threads,
        Memory = MachineMemory.Read().Total,
        System = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}",
        Runtime = RuntimeInformation.FrameworkDescription,
        TorchSharp = worker.TorchSharp,
        LibTorch = worker.LibTorch,
    };
}

/// <summary>Everything that was measured at one size.</summary>
public sealed record SizeReport
{
    /// <summary>The size.</summary>
    public required BenchmarkSize Size { get; init; }

    /// <summary>Rounds in which every subject was measured.</summary>
    public required int Rounds { get; init; }

    /// <summary>Bare matrix products, bf16 and float32.</summary>
    public required IReadOnlyList<SubjectReport> Products { get; init; }

    /// <summary>The training subjects.</summary>
    public required IReadOnlyList<SubjectReport> Subjects { get; init; }

    /// <summary>Ratios between subjects.</summary>
    public required IReadOnlyList<RatioReport> Ratios { get; init; }

    /// <summary>Caveats about the measurements, one sentence each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}

/// <summary>The measurements of one subject; null where it was not measured.</summary>
public sealed record SubjectReport
{
    /// <summary>The subject.</summary>
    public required BenchmarkSubject Subject { get; init; }

    /// <summary>Whether it was measured, and if not, why.</summary>
    public required SubjectStatus Status { get; init; }

    /// <summary>Why it was not measured; null where it was.</summary>
    public string? Reason { get; init; }

    /// <summary>Human-readable description of the engine and precision.</summary>
    public string Description { get; init; } = "";

    /// <summary>Whether its process was restarted in every round, because all subjects together do not fit in memory.</summary>
    public bool StartedEveryRound { get; init; }

    /// <summary>Steps per measurement.</summary>
    public int StepsPerRound { get; init; }

    /// <summary>Mean time of a step in milliseconds, one value per round; null for a round in which it was not measured.</summary>
    public required IReadOnlyList<double?> RoundMilliseconds { get; init; }

    /// <summary>Time of a step in milliseconds, over the rounds.</summary>
    public Spread? StepMilliseconds { get; init; }

    /// <summary>Tokens per second; null for matrix products.</summary>
    public Spread? TokensPerSecond { get; init; }

    /// <summary>Model FLOP/s in billions (<see cref="ModelFlops"/>).</summary>
    public Spread? Gigaflops { get; init; }

    /// <summary>The same as a fraction of the FLOP/s of bare bf16 matrix products, computed per round.</summary>
    public Spread? ShareOfBf16Products { get; init; }

    /// <summary>Peak resident memory of its process, in bytes.</summary>
    public long? PeakMemory { get; init; }

    /// <summary>Managed memory that a step allocates, in bytes: the median over the rounds.</summary>
    public double? ManagedBytesPerStep { get; init; }

    /// <summary>Loss of the first step in nats per token: about the same for all subjects of an architecture.</summary>
    public double? FirstLoss { get; init; }

    /// <summary>Time per stage of a step: the median over the rounds.</summary>
    public IReadOnlyList<StageTime> Stages { get; init; } = [];
}

/// <summary>Whether a subject was measured, and if not, why.</summary>
public enum SubjectStatus
{
    /// <summary>The benchmark ended before it was measured.</summary>
    NotReached,

    /// <summary>It was measured.</summary>
    Measured,

    /// <summary>It cannot run on this machine.</summary>
    Unsupported,

    /// <summary>It needs more memory than is available.</summary>
    DoesNotFit,

    /// <summary>Its process exited with an error.</summary>
    Failed,
}

/// <summary>The ratio of two subjects.</summary>
/// <param name="Kind">The quantity that is compared.</param>
/// <param name="First">The numerator.</param>
/// <param name="Second">The denominator.</param>
/// <param name="Value">
/// The ratio. Times are divided per round, so that a slowdown of the whole machine cancels; memory has one value.
/// </param>
public sealed record RatioReport(RatioKind Kind, BenchmarkSubject First, BenchmarkSubject Second, Spread Value);

/// <summary>The quantity that two subjects are compared by.</summary>
public enum RatioKind
{
    /// <summary>Speed of the first over speed of the second: above 1 where the first is faster.</summary>
    Speed,

    /// <summary>Step time of the first over step time of the second.</summary>
    StepTime,

    /// <summary>Peak memory of the first over peak memory of the second.</summary>
    Memory,
}
