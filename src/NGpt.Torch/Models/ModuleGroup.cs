using static TorchSharp.torch;

namespace NGpt.Torch.Models;

/// <summary>A level of parameter names without behaviour of its own.</summary>
internal sealed class ModuleGroup() : nn.Module(nameof(ModuleGroup));
