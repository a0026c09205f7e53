using System.Buffers.Binary;
using NGpt.Core.Errors;

namespace NGpt.Torch.Native;

/// <summary>
/// Patches a library that was built with a newer GCC to load with an older libstdc++, where it uses nothing of the newer
/// one: the requirement of the missing version is marked weak, after a check that no symbol in use depends on it.
/// </summary>
/// <remarks>
/// TorchSharp's library requires <c>GLIBCXX_3.4.32</c> (GCC 13; Debian 12 and Ubuntu 22.04 end at 3.4.30, Red Hat 9 at
/// 3.4.29). 3.4.32 adds only a marker symbol that nothing is relocated against. 3.4.30 adds
/// <c>condition_variable::wait</c>, which older versions have under <c>GLIBCXX_3.4.11</c> with the same behaviour.
/// </remarks>
public static class ElfVersionPatch
{
    private const string StandardLibrary = "libstdc++.so.6";

    // GCC 13 emits a reference to it in every file that includes <iostream>, to force the newer library; the standard
    // streams of older versions are set up without it.
    private static readonly HashSet<string> MarkerSymbols = new(StringComparer.Ordinal) { "_ZSt21ios_base_library_initv" };

    // The newer version of the symbol differs from the older one by its exception specification only.
    private static readonly Dictionary<string, string> OlderVersionOf = new(StringComparer.Ordinal)
    {
        ["_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE"] = "GLIBCXX_3.4.11",
    };

    /// <summary>
    /// Patches the bytes so that the library loads with a libstdc++ that has <paramref name="provided"/> only. Idempotent.
    /// Where it throws, nothing was changed.
    /// </summary>
    /// <param name="image">The whole library file; changed in place.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="provided">The versions that this system's libstdc++ defines.</param>
    /// <returns>The missing versions and the changes.</returns>
    /// <exception cref="FileFormatException">Not a 64-bit little-endian shared library, or damaged.</exception>
    /// <exception cref="NGptException">The library uses a symbol of a missing version.</exception>
    public static ElfVersionPatchResult Apply(byte[] image, string path, IReadOnlySet<string> provided)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(provided);
        ElfImage elf = new(image, path);
        IReadOnlyList<ElfImage.Need> needs = elf.ReadNeeds();
        List<string> missing = [];
        List<string> changes = [];
        List<(int Offset, ushort Value)> writes = [];
        IReadOnlySet<int>? relocated = null;
        foreach (ElfImage.Need need in needs)
        {
            if (need.File != StandardLibrary || provided.Contains(need.Name))
            {
                continue;
            }
            missing.Add(need.Name);
            if ((need.Flags & ElfImage.WeakFlag) != 0)
            {
                continue;
            }
            relocated ??= elf.ReadRelocatedSymbols();
            foreach (ElfImage.Symbol symbol in elf.ReadSymbols(need.Index))
            {
                if (MarkerSymbols.Contains(symbol.Name) && !symbol.IsDefined && !relocated.Contains(symbol.Index))
                {
                    continue;
                }
                ushort older = FindOlder(needs, symbol, provided)
                    ?? throw new NGptException(
                        $"{path} uses {symbol.Name} of {need.Name}, which the libstdc++ of this system does not have",
                        "use a newer Linux distribution or install a newer libstdc++; `ngpt doctor` shows the versions");
                writes.Add((symbol.VersionOffset, older));
                changes.Add($"{symbol.Name} is bound to {OlderVersionOf[symbol.Name]} instead of {need.Name}");
            }
            writes.Add((need.FlagsOffset, (ushort)(need.Flags | ElfImage.WeakFlag)));
            changes.Add($"the requirement of {need.Name} is marked weak");
        }
        foreach ((int offset, ushort value) in writes)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(offset, 2), value);
        }
        return new ElfVersionPatchResult(missing, changes);
    }

    /// <summary>The versions that a libstdc++ (or any shared library) defines.</summary>
    /// <param name="path">The library file.</param>
    /// <exception cref="FileFormatException">Not a 64-bit little-endian shared library, or damaged.</exception>
    public static IReadOnlySet<string> ReadProvidedVersions(string path) =>
        new ElfImage(File.ReadAllBytes(path), path).ReadDefinedVersions();

    private static ushort? FindOlder(IReadOnlyList<ElfImage.Need> needs, ElfImage.Symbol symbol, IReadOnlySet<string> provided)
    {
        if (symbol.IsDefined || !OlderVersionOf.TryGetValue(symbol.Name, out string? version) || !provided.Contains(version))
        {
            return null;
        }
        foreach (ElfImage.Need need in needs)
        {
            if (need.File == StandardLibrary && need.Name == version)
            {
                return need.Index;
            }
        }
        return null;
    }
}

/// <summary>The result of <see cref="ElfVersionPatch"/>.</summary>
/// <param name="Missing">The libstdc++ versions that the library requires and this system lacks, in file order.</param>
/// <param name="Changes">The changes, one sentence each; empty if none.</param>
public sealed record ElfVersionPatchResult(IReadOnlyList<string> Missing, IReadOnlyList<string> Changes)
{
    /// <summary>Whether any byte was changed.</summary>
    public bool IsChanged => Changes.Count > 0;
}
