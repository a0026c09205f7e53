using System.Runtime.CompilerServices;
using NGpt.Torch.Native;

namespace NGpt.Lab.Tests;

internal static class TestSetup
{
    [ModuleInitializer]
    internal static void LoadLibTorch() => LibTorch.Load();
}
