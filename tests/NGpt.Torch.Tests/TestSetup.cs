using System.Runtime.CompilerServices;
using NGpt.Torch.Native;

// libtorch computes with all cores already, and the count of live tensors is one for the process.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace NGpt.Torch.Tests;

internal static class TestSetup
{
    [ModuleInitializer]
    internal static void LoadLibTorch() => LibTorch.Load();
}
