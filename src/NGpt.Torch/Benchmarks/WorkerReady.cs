namespace NGpt.Torch.Benchmarks;

/// <summary>What a worker process says when it is ready to measure.</summary>
internal sealed record WorkerReady
{
    /// <summary>What computes, for people.</summary>
    public string Description { get; init; } = "";

    /// <summary>Floating-point operations of one step.</summary>
    public double OperationsPerStep { get; init; }

    /// <summary>Threads that compute.</summary>
    public int Threads { get; init; }

    /// <summary>Version of libtorch.</summary>
    public string LibTorch { get; init; } = "";

    /// <summary>Version of TorchSharp.</summary>
    public string TorchSharp { get; init; } = "";
}
