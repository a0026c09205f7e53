using System.Runtime.CompilerServices;
using NGpt.Torch.Native;

// libtorch computes with all cores already, and the count of live tensors is one for the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace NGpt.Torch.Tests;

internal static class TestSetup
{
    [ModuleInitializer]
    internal static void LoadLibTorch() => LibTorch.Load();
}
