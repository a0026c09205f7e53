using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Core.Tests.Files;

public sealed class DurableFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Folder_appears_whole_and_only_at_the_end()
    {
        string step = _folder.File("step-00001000");
        DurableFolder.Create(step, inside =>
        {
            Assert.False(Directory.Exists(step));
            Assert.Equal(_folder.Path, Path.GetDirectoryName(inside));
            Assert.StartsWith($".step-00001000.tmp-{Environment.ProcessId}-", Path.GetFileName(inside));
            File.WriteAllText(Path.Combine(inside, "a.txt"), "a");
            Directory.CreateDirectory(Path.Combine(inside, "sub"));
            File.WriteAllText(Path.Combine(inside, "sub", "b.txt"), "b");
            DurableFile.WriteText(Path.Combine(inside, "c.txt"), "c");
        });

        Assert.Equal(["step-00001000"], _folder.Names());
        Assert.Equal("a", File.ReadAllText(Path.Combine(step, "a.txt")));
        Assert.Equal("b", File.ReadAllText(Path.Combine(step, "sub", "b.txt")));
        Assert.Equal(3, Directory.GetFileSystemEntries(step).Length);
    }

    [Fact]
    public void Read_only_files_inside_are_flushed_too()
    {
        DurableFolder.Create(_folder.File("s"), inside =>
        {
            string file = Path.Combine(inside, "a.txt");
            File.WriteAllText(file, "a");
            File.SetAttributes(file, FileAttributes.ReadOnly);
        });
        File.SetAttributes(_folder.File("s/a.txt"), FileAttributes.Normal);
        Assert.Equal(["s"], _folder.Names());
    }

    [Fact]
    public void Failing_filler_leaves_nothing()
    {
        Assert.Throws<FormatException>(() => DurableFolder.Create(_folder.File("s"), inside =>
        {
            File.WriteAllText(Path.Combine(inside, "a.txt"), "a");
            throw new FormatException("mine");
        }));
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public void Existing_folder_is_refused_and_unchanged()
    {
        string step = Directory.CreateDirectory(_folder.File("s")).FullName;
        Assert.Contains("exists already", Assert.Throws<NGptException>(() => DurableFolder.Create(step, _ => Assert.Fail("filled"))).Message);
        Assert.Equal(["s"], _folder.Names());
    }

    [Fact]
    public void Missing_parent_is_named_and_not_created()
    {
        Assert.Contains("does not exist", Assert.Throws<NGptException>(() => DurableFolder.Create(_folder.File("no/s"), _ => { })).Message);
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public void Leftovers_of_crashes_are_removed_and_nothing_else()
    {
        Directory.CreateDirectory(_folder.File(".step-00001000.tmp-4711-3/sub"));
        File.WriteAllText(_folder.File(".step-00001000.tmp-4711-3/sub/model.safetensors"), "half");
        File.WriteAllText(_folder.File(".latest.tmp-4711-12"), "half");
        string[] kept = [".latest.tmp", ".tmp-1-2", "latest", "notes.tmp-4711-1", "step-00000500"];
        foreach (string name in kept)
        {
            File.WriteAllText(_folder.File(name), "mine");
        }

        Assert.Equal([".latest.tmp-4711-12", ".step-00001000.tmp-4711-3"], DurableFolder.RemoveLeftovers(_folder.Path));
        Assert.Equal(kept, _folder.Names());
        Assert.Empty(DurableFolder.RemoveLeftovers(_folder.Path));
        Assert.Empty(DurableFolder.RemoveLeftovers(_folder.File("absent")));
    }

    [Fact]
    public void Leftover_that_is_a_link_does_not_take_its_target_with_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege on Windows");
        Directory.CreateDirectory(_folder.File("precious"));
        File.WriteAllText(_folder.File("precious/a.txt"), "a");
        Directory.CreateSymbolicLink(_folder.File(".s.tmp-1-1"), _folder.File("precious"));

        DurableFolder.RemoveLeftovers(_folder.Path);
        Assert.Equal(["precious"], _folder.Names());
        Assert.True(File.Exists(_folder.File("precious/a.txt")));
    }
}
