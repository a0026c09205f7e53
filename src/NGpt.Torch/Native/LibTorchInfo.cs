namespace NGpt.Torch.Native;

/// <summary>The libtorch that this process has loaded.</summary>
/// <param name="Version">Its version, such as 2.10.0; "unknown" where it does not tell.</param>
/// <param name="Folder">The folder of libtorch.</param>
/// <param name="Source">Whether the package or <c>NGPT_LIBTORCH</c> named it.</param>
/// <param name="IsCudaBuild">Whether it is built for CUDA and its CUDA part is loaded. A device may still be missing.</param>
/// <param name="Files">The libraries that were opened, in order; TorchSharp's own is the last.</param>
/// <param name="Patch">What was changed in TorchSharp's library so that it loads here, one sentence each; empty where it loads as it is.</param>
/// <param name="Warnings">What a person should know, such as a version other than the one this program is built for.</param>
public sealed record LibTorchInfo(
    string Version,
    string Folder,
    LibTorchSource Source,
    bool IsCudaBuild,
    IReadOnlyList<LibTorchFile> Files,
    IReadOnlyList<string> Patch,
    IReadOnlyList<string> Warnings)
{
    /// <summary>Whether TorchSharp's library had to be adapted to this system.</summary>
    public bool IsPatched => Patch.Count > 0;
}
