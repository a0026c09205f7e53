using System.Diagnostics;
using NGpt.Core.Errors;
using NGpt.Torch.Native;

namespace NGpt.Torch.Tests.Native;

/// <summary>Where the adapted library goes, and that the package's own file never changes.</summary>
public sealed class PatchedLibraryTests
{
    private const string Name = "libLibTorchSharp.so";

    private static readonly HashSet<string> Provided =
        [.. new ElfImage(File.ReadAllBytes(PackageFiles.Bridge), "original").ReadNeeds().Select(n => n.Name).Where(n => n != "GLIBCXX_3.4.32")];

    [Fact]
    public void A_hard_link_is_replaced_and_the_file_behind_it_stays()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "uses ln");
        using TemporaryFolder folder = new();
        string package = folder.File("package.so");
        string link = folder.File(Name);
        File.Copy(PackageFiles.Bridge, package);
        using (Process ln = Process.Start("ln", [package, link]))
        {
            ln.WaitForExit();
        }
        byte[] before = File.ReadAllBytes(package);
        PatchedLibrary.Placement placed = PatchedLibrary.Place(link, Provided, canReplace: true, folder.File("cache"));
        Assert.Equal(link, placed.Path);
        Assert.Equal(before, File.ReadAllBytes(package));
        Assert.NotEqual(before, File.ReadAllBytes(link));
        Assert.Equal(File.GetLastWriteTimeUtc(package), File.GetLastWriteTimeUtc(link));
        Assert.Equal([Name, "package.so"], Names(folder.Path));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_leads_to_the_cache()
    {
        using TemporaryFolder folder = new();
        PatchedLibrary.Placement placed = PlaceInCache(folder);
        Assert.StartsWith(folder.File("cache", "native"), placed.Path, StringComparison.Ordinal);
        Assert.EndsWith(Name, placed.Path, StringComparison.Ordinal);
        Assert.Single(placed.Changes);
        Assert.Equal(File.ReadAllBytes(PackageFiles.Bridge), File.ReadAllBytes(folder.File(Name)));
    }

    [Fact]
    public void A_corrupt_file_in_the_cache_is_rewritten()
    {
        using TemporaryFolder folder = new();
        PatchedLibrary.Placement placed = PlaceInCache(folder);
        byte[] good = File.ReadAllBytes(placed.Path);
        byte[] damaged = [.. good];
        damaged[good.Length / 3] ^= 5;
        File.WriteAllBytes(placed.Path, damaged);
        Assert.Equal(placed.Path, PlaceInCache(folder).Path);
        Assert.Equal(good, File.ReadAllBytes(placed.Path));
    }

    [Fact]
    public void Concurrent_patches_leave_one_complete_file()
    {
        using TemporaryFolder folder = new();
        string path = folder.File(Name);
        File.Copy(PackageFiles.Bridge, path);
        Parallel.For(0, 7, _ => PatchedLibrary.Place(path, Provided, canReplace: true, folder.File("cache")));
        Assert.Equal([Name], Names(folder.Path));
        Assert.False(ElfVersionPatch.Apply(File.ReadAllBytes(path), path, Provided).IsChanged);
    }

    [Fact]
    public void An_unwritable_folder_and_cache_are_reported()
    {
        using TemporaryFolder folder = new();
        File.Copy(PackageFiles.Bridge, folder.File(Name));
        // A file where the cache folder should be: nobody can write below it, whatever the rights are.
        string cache = folder.Write("cache", "a file");
        NGptException e = Assert.Throws<NGptException>(() => PatchedLibrary.Place(folder.File(Name), Provided, canReplace: false, cache));
        Assert.Contains(cache, e.Message, StringComparison.Ordinal);
        Assert.Contains("NGPT_CACHE_DIR", e.Remedy, StringComparison.Ordinal);
    }

    private static PatchedLibrary.Placement PlaceInCache(TemporaryFolder folder)
    {
        File.Copy(PackageFiles.Bridge, folder.File(Name), overwrite: true);
        return PatchedLibrary.Place(folder.File(Name), Provided, canReplace: false, folder.File("cache"));
    }

    private static string[] Names(string folder) =>
        [.. Directory.EnumerateFileSystemEntries(folder).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];
}
