using System.Runtime.CompilerServices;
using NGpt.Torch.Native;

namespace NGpt.Lab.Tests;

/// <summary>Tests use TorchSharp in any order; the libraries are loaded before the first.</summary>
internal static class LoadBeforeTests
{
    [ModuleInitializer]
    internal static void Load() => LibTorch.Load();
}
