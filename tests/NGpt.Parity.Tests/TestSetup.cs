using System.Runtime.CompilerServices;
using NGpt.Torch.Native;

// libtorch computes with all cores already.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace NGpt.Parity.Tests;

internal static class TestSetup
{
    [ModuleInitializer]
    internal static void LoadLibTorch() => LibTorch.Load();
}
