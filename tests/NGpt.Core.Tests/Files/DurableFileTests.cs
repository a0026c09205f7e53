using System.Diagnostics;
using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Core.Tests.Files;

public sealed class DurableFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void New_file_is_written_and_old_one_replaced()
    {
        string path = _folder.File("a.txt");
        DurableFile.WriteText(path, "one é");
        Assert.Equal("one é", File.ReadAllText(path));
        DurableFile.WriteText(path, "2");
        Assert.Equal("2", File.ReadAllText(path));
        Assert.Equal(["a.txt"], _folder.Names());
    }

    [Fact]
    public void Old_file_is_whole_while_the_new_one_is_written()
    {
        string path = _folder.File("a.txt");
        File.WriteAllText(path, "old");
        DurableFile.Write(path, stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(path));
        });
        Assert.Equal("new", File.ReadAllText(path));
    }

    [Fact]
    public void Failing_writer_leaves_the_old_file_and_nothing_else()
    {
        string path = _folder.File("a.txt");
        File.WriteAllText(path, "old");
        Assert.Throws<FormatException>(() => DurableFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new FormatException("mine");
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["a.txt"], _folder.Names());
    }

    [Fact]
    public void Full_device_is_explained_and_leaves_the_old_file()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");
        string path = _folder.File("a.txt");
        File.WriteAllText(path, "old");
        NGptException failure = Assert.Throws<NGptException>(() => DurableFile.Write(path, _ =>
        {
            using FileStream full = new("/dev/full", FileMode.Open, FileAccess.Write);
            full.Write("x"u8);
            full.Flush();
        }));
        Assert.Matches($"^no space left on /.* while writing {path}$", failure.Message);
        Assert.NotNull(failure.Remedy);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["a.txt"], _folder.Names());
    }

    [Fact]
    public void Full_disk_is_explained_and_leaves_old_file_and_folder()
    {
        string mount = Directory.CreateDirectory(_folder.File("small")).FullName;
        Assert.SkipUnless(OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", mount), "needs the right to mount");
        try
        {
            string path = Path.Combine(mount, "a.bin");
            DurableFile.Write(path, stream => stream.Write(new byte[20_000]));
            NGptException failure = Assert.Throws<NGptException>(() => DurableFile.Write(path, stream => stream.Write(new byte[200_000])));
            Assert.Equal($"no space left on {mount} while writing {path}", failure.Message);
            Assert.Equal(20_000, new FileInfo(path).Length);

            // A tail smaller than the stream's buffer fails when it is flushed, not when it is written.
            Assert.Throws<NGptException>(() => DurableFile.Write(path, stream => stream.Write(new byte[60_000])));
            Assert.Equal(20_000, new FileInfo(path).Length);

            string step = Path.Combine(mount, "step-1");
            failure = Assert.Throws<NGptException>(() => DurableFolder.Create(
                step, inside => File.WriteAllBytes(Path.Combine(inside, "b.bin"), new byte[200_000])));
            Assert.Equal($"no space left on {mount} while writing {step}", failure.Message);
            Assert.Equal(["a.bin"], Directory.GetFileSystemEntries(mount).Select(p => Path.GetFileName(p)));
        }
        finally
        {
            Assert.True(Run("umount", mount));
        }
    }

    [Fact]
    public void Missing_folder_is_named() =>
        Assert.Contains("does not exist", Assert.Throws<NGptException>(() => DurableFile.WriteText(_folder.File("no/a.txt"), "")).Message);

    [Fact]
    public void Denied_permission_is_explained()
    {
        string path = _folder.File("a.txt");
        File.WriteAllText(path, "old");
        NGptException failure = Assert.Throws<NGptException>(() => DurableFile.Write(path, _ => throw new UnauthorizedAccessException()));
        Assert.Equal($"permission denied while writing {path}", failure.Message);
        Assert.NotNull(failure.Remedy);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["a.txt"], _folder.Names());
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void Folder_without_write_permission_is_explained()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "needs Unix permissions, and root may write everywhere");
        string closed = Directory.CreateDirectory(_folder.File("closed"), UnixFileMode.UserRead | UnixFileMode.UserExecute).FullName;
        NGptException failure = Assert.Throws<NGptException>(() => DurableFile.WriteText(Path.Combine(closed, "a.txt"), ""));
        Assert.Contains("permission denied while writing", failure.Message);
    }

    [Theory]
    [InlineData('n', 255)]
    [InlineData('語', 85)]
    public void Longest_file_names_can_be_written(char letter, int count)
    {
        string name = new(letter, count);
        DurableFile.WriteText(_folder.File(name), "x");
        Assert.Equal([name], _folder.Names());
    }

    [Fact]
    public void Pointer_file_round_trips_and_is_null_when_absent()
    {
        string path = _folder.File("latest");
        Assert.Null(PointerFile.Read(path));
        Assert.Null(PointerFile.Read(_folder.File("no/latest")));
        PointerFile.Write(path, "step-00000007");
        Assert.Equal("step-00000007\n", File.ReadAllText(path));
        PointerFile.Write(path, "step-00001000");
        Assert.Equal("step-00001000", PointerFile.Read(path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../elsewhere")]
    [InlineData("/etc")]
    [InlineData("a\\b")]
    [InlineData("C:a")]
    [InlineData("two\nlines")]
    [InlineData("bell\u0007")]
    public void Pointer_that_leads_elsewhere_is_refused(string name)
    {
        string path = _folder.File("latest");
        Assert.Throws<ArgumentException>(() => PointerFile.Write(path, name));
        File.WriteAllText(path, name + "\n");
        Assert.Throws<FileFormatException>(() => PointerFile.Read(path));
    }

    [Fact]
    public void Overlong_or_binary_pointer_is_refused()
    {
        string path = _folder.File("latest");
        File.WriteAllText(path, new string('x', 256));
        Assert.Throws<FileFormatException>(() => PointerFile.Read(path));
        File.WriteAllText(path, new string('x', 100_000));
        Assert.Throws<FileFormatException>(() => PointerFile.Read(path));
        File.WriteAllBytes(path, [0xff, 0xfe]);
        Assert.Throws<FileFormatException>(() => PointerFile.Read(path));
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            ProcessStartInfo start = new(program, arguments) { RedirectStandardError = true };
            using Process process = Process.Start(start)!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
