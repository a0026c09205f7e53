using System.Diagnostics;

namespace NGpt.Endurance.Disks;

/// <summary>A file system in memory whose size and number of files can be changed. Needs the right to mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const string Enough = "size=64m,nr_inodes=10000";

    private SmallDisk(string path) => Path = path;

    /// <summary>The folder where it is mounted.</summary>
    public string Path { get; }

    /// <summary>Mounts a disk.</summary>
    /// <param name="path">A folder, which is created.</param>
    /// <returns>Null where that is not possible here.</returns>
    public static SmallDisk? TryMount(string path)
    {
        Directory.CreateDirectory(path);
        return OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", Enough, "tmpfs", path) == 0 ? new SmallDisk(path) : null;
    }

    /// <summary>Sets its size.</summary>
    /// <returns>False where what is there takes more than that; the disk stays as it was.</returns>
    public bool TryResize(long kilobytes) => Run("mount", "-o", $"remount,size={kilobytes}k", Path) == 0;

    /// <summary>Sets how many files and folders it can hold.</summary>
    /// <returns>False where there are more of them; the disk stays as it was.</returns>
    public bool TryLimitFiles(int count) => Run("mount", "-o", $"remount,nr_inodes={count}", Path) == 0;

    /// <summary>Makes it large.</summary>
    public void Enlarge() => EnduranceException.Require(Run("mount", "-o", $"remount,{Enough}", Path) == 0, "the disk cannot be made larger");

    /// <summary>Unmounts it.</summary>
    public void Dispose() => Run("umount", Path);

    private static int Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
