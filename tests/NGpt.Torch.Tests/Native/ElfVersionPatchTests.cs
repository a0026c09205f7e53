using System.Buffers.Binary;
using CsCheck;
using NGpt.Core.Errors;
using NGpt.Torch.Native;

namespace NGpt.Torch.Tests.Native;

/// <summary>The patch of TorchSharp's real library, and of damaged forms of it. No file is changed here.</summary>
public sealed class ElfVersionPatchTests
{
    private const string Marker = "_ZSt21ios_base_library_initv";
    private const string Wait = "_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE";

    private static readonly byte[] Original = File.ReadAllBytes(PackageFiles.Bridge);
    private static readonly IReadOnlyList<ElfImage.Need> Needs = new ElfImage(Original, "original").ReadNeeds();

    [Fact]
    public void Every_requirement_of_the_library_is_read()
    {
        Assert.Equal(28, Needs.Count);
        Assert.Contains(Needs, n => n is { File: "libstdc++.so.6", Name: "GLIBCXX_3.4.32", Flags: 0 });
        Assert.Contains(Needs, n => n is { File: "libc.so.6", Name: "GLIBC_2.34" });
        Assert.Equal(Needs.Count, Needs.Select(n => n.Index).Distinct().Count());
    }

    [Fact]
    public void One_bit_changes_where_only_the_marker_version_is_missing()
    {
        byte[] image = [.. Original];
        ElfVersionPatchResult result = ElfVersionPatch.Apply(image, "library", ProvidedWithout("GLIBCXX_3.4.32"));
        Assert.Equal(["GLIBCXX_3.4.32"], result.Missing);
        Assert.Single(result.Changes);
        int[] changed = [.. Enumerable.Range(0, image.Length).Where(i => image[i] != Original[i])];
        Assert.Equal([Need("GLIBCXX_3.4.32").FlagsOffset], changed);
        Assert.Equal(2, image[changed[0]]);
        Assert.Equal(ElfImage.WeakFlag, Find(image, "GLIBCXX_3.4.32").Flags);
    }

    [Fact]
    public void Patching_is_idempotent()
    {
        byte[] image = [.. Original];
        ElfVersionPatch.Apply(image, "library", ProvidedWithout("GLIBCXX_3.4.32", "GLIBCXX_3.4.30"));
        byte[] once = [.. image];
        ElfVersionPatchResult again = ElfVersionPatch.Apply(image, "library", ProvidedWithout("GLIBCXX_3.4.32", "GLIBCXX_3.4.30"));
        Assert.False(again.IsChanged);
        Assert.Equal(once, image);
    }

    [Fact]
    public void Nothing_changes_where_the_system_has_every_version()
    {
        byte[] image = [.. Original];
        Assert.False(ElfVersionPatch.Apply(image, "library", ProvidedWithout()).IsChanged);
        Assert.Equal(Original, image);
    }

    [Fact]
    public void Waiting_is_bound_to_the_older_version_where_the_newer_is_missing()
    {
        byte[] image = [.. Original];
        ElfVersionPatchResult result = ElfVersionPatch.Apply(image, "library", ProvidedWithout("GLIBCXX_3.4.32", "GLIBCXX_3.4.30"));
        Assert.Equal(3, result.Changes.Count);
        ElfImage patched = new(image, "library");
        Assert.Contains(patched.ReadSymbols(Need("GLIBCXX_3.4.11").Index), s => s.Name == Wait);
        Assert.Empty(patched.ReadSymbols(Need("GLIBCXX_3.4.30").Index));
        Assert.Equal(ElfImage.WeakFlag, Find(image, "GLIBCXX_3.4.30").Flags);
    }

    [Theory]
    [InlineData("GLIBCXX_3.4.29", "_ZSt28__throw_bad_array_new_lengthv")]
    [InlineData("GLIBCXX_3.4.26", "basic_ostringstream")]
    public void A_version_in_use_is_rejected_by_name(string version, string symbol)
    {
        byte[] image = [.. Original];
        NGptException e = Assert.Throws<NGptException>(() => ElfVersionPatch.Apply(image, "library", ProvidedWithout("GLIBCXX_3.4.32", version)));
        Assert.Contains(version, e.Message, StringComparison.Ordinal);
        Assert.Contains(symbol, e.Message, StringComparison.Ordinal);
        Assert.NotNull(e.Remedy);
        Assert.Equal(Original, image);
    }

    [Fact]
    public void The_marker_is_rejected_once_a_relocation_refers_to_it()
    {
        byte[] image = [.. Original];
        ElfImage elf = new(image, "library");
        ElfImage.Symbol marker = Assert.Single(elf.ReadSymbols(Need("GLIBCXX_3.4.32").Index));
        Assert.Equal(Marker, marker.Name);
        Assert.DoesNotContain(marker.Index, elf.ReadRelocatedSymbols());
        // The first relocation of the procedure table of this build: its symbol number is the upper half of r_info.
        const int FirstRelocation = 0x48aa0;
        BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(FirstRelocation + 12), marker.Index);
        Assert.Contains(marker.Index, new ElfImage(image, "library").ReadRelocatedSymbols());
        NGptException e = Assert.Throws<NGptException>(() => ElfVersionPatch.Apply(image, "library", ProvidedWithout("GLIBCXX_3.4.32")));
        Assert.Contains(Marker, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, "not an ELF")]
    [InlineData(4, 1, "class")]
    [InlineData(5, 2, "byte order")]
    [InlineData(6, 7, "version")]
    [InlineData(16, 2, "type")]
    [InlineData(18, 40, "machine")]
    [InlineData(54, 11, "program headers")]
    public void A_foreign_header_is_rejected(int offset, byte value, string named)
    {
        byte[] image = [.. Original];
        image[offset] = value;
        FileFormatException e = Assert.Throws<FileFormatException>(() => ElfVersionPatch.Apply(image, "library", ProvidedWithout("GLIBCXX_3.4.32")));
        Assert.Contains(named, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_does_not_advance_is_rejected()
    {
        byte[] image = [.. Original];
        // The link to the next entry is 8 bytes behind the flags' start (flags, index, name, next).
        int next = Need("GLIBCXX_3.4.30").FlagsOffset + 8;
        Assert.Equal(16, BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(next)));
        BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(next), 0);
        FileFormatException e = Assert.Throws<FileFormatException>(() => ElfVersionPatch.Apply(image, "library", ProvidedWithout("GLIBCXX_3.4.32")));
        Assert.Contains("does not move on", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Truncated_files_are_rejected() =>
        Gen.Int[0, Original.Length - 1].Sample(length =>
        {
            byte[] image = Original[..length];
            return Record.Exception(() => ElfVersionPatch.Apply(image, "library", ProvidedWithout("GLIBCXX_3.4.32"))) is FileFormatException;
        }, iter: 150);

    [Fact]
    public void Damage_is_rejected_or_harmless_and_never_another_failure()
    {
        // Headers, dynamic segment, version requirements, section headers, relocations: what the patch reads.
        (int Start, int Length)[] tables = [(0, 64 + (10 * 56)), (0x1d4b18, 0x270), (0x3f8f0, 0x210), (0x249360, 31 * 64), (0x3fb00, 0x400)];
        Gen.Select(Gen.Int[0, tables.Length - 1], Gen.Int[0, int.MaxValue], Gen.Byte, Gen.Int[1, 8]).Array[1, 3].Sample(damage =>
        {
            byte[] image = [.. Original];
            foreach ((int table, int position, byte value, int count) in damage)
            {
                int at = tables[table].Start + (position % tables[table].Length);
                image.AsSpan(at, Math.Min(count, image.Length - at)).Fill(value);
            }
            return Record.Exception(() => ElfVersionPatch.Apply(image, "library", ProvidedWithout("GLIBCXX_3.4.32"))) is null or NGptException;
        }, iter: 400);
    }

    [Fact]
    public void Provided_versions_of_this_systems_library_are_read()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libstdc++ is looked for on Linux");
        LibTorch.Load();
        IReadOnlySet<string> versions = ElfVersionPatch.ReadProvidedVersions(LoadedLibraries.Find("libstdc++.so")!);
        Assert.Contains("GLIBCXX_3.4.11", versions);
        Assert.DoesNotContain("GLIBCXX_3.4.99", versions);
    }

    private static HashSet<string> ProvidedWithout(params string[] missing) =>
        [.. Needs.Where(n => n.File == "libstdc++.so.6").Select(n => n.Name).Except(missing)];

    private static ElfImage.Need Need(string name) => Needs.Single(n => n.Name == name);

    private static ElfImage.Need Find(byte[] image, string name) => new ElfImage(image, "library").ReadNeeds().Single(n => n.Name == name);
}
