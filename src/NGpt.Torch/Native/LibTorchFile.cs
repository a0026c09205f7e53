namespace NGpt.Torch.Native;

/// <summary>One native library file.</summary>
/// <param name="Path">The full path.</param>
/// <param name="Bytes">Its size in bytes.</param>
public sealed record LibTorchFile(string Path, long Bytes);
