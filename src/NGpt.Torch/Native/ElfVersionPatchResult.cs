namespace NGpt.Torch.Native;

/// <summary>What <see cref="ElfVersionPatch"/> did to the bytes of a library.</summary>
/// <param name="Missing">The versions that the library asks libstdc++ for and that this system lacks, in file order.</param>
/// <param name="Changes">What was changed, one plain sentence each; empty where nothing had to be.</param>
public sealed record ElfVersionPatchResult(IReadOnlyList<string> Missing, IReadOnlyList<string> Changes)
{
    /// <summary>Whether any byte was changed.</summary>
    public bool IsChanged => Changes.Count > 0;
}
