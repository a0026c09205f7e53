using System.Runtime.InteropServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Torch.Native;

namespace NGpt.Torch.Benchmarks;

/// <summary>The machine and the versions that figures were measured with.</summary>
public sealed record BenchmarkMachine
{
    /// <summary>Name of the processor.</summary>
    public required string Processor { get; init; }

    /// <summary>Cores that the process may use.</summary>
    public required int Cores { get; init; }

    /// <summary>Threads that computed.</summary>
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
    /// <param name="worker">What a worker said about its libraries.</param>
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
