using System.Diagnostics;
using NGpt.Cli.Tests.Training;

namespace NGpt.Cli.Tests.Data;

/// <summary>Real processes that are killed, or whose disk is full: the same command ends with the same files.</summary>
[Collection(OneAtATime.Name)]
public sealed class DataInterruptionTests(ITestOutputHelper log) : IDisposable
{
    // 35 MB of text: the state is saved twice.
    private const int Documents = 200_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DataFolder _folder = new();
    private bool _mounted;

    public void Dispose()
    {
        if (_mounted)
        {
            Mount("umount", _folder.At("disk"));
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task A_preparation_that_is_killed_at_random_moments_ends_as_the_uninterrupted_one()
    {
        string text = _folder.WriteJsonLines("a.jsonl", Documents, seed: 3);
        Assert.Equal(0, DataFolder.Run(Command(text, "whole")).ExitCode);
        Random random = new(4);
        int kills = 0;
        int saved = 0;
        for (bool done = false; !done;)
        {
            using Process process = _folder.Start(Command(text, "data"));
            Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            // The moments move on with every kill, so that an end is reached.
            if (!process.WaitForExit(TimeSpan.FromMilliseconds((300 * random.NextDouble()) + (200 * kills))))
            {
                process.Kill();
                kills++;
            }

            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
            await Task.WhenAll(output, error);
            saved += File.Exists(_folder.At("data", "preparation.json")) && !File.Exists(_folder.At("data", "dataset.json")) ? 1 : 0;
            done = File.Exists(_folder.At("data", "dataset.json")) && process.ExitCode == 0;
        }

        log.WriteLine($"{kills} kills, {saved} of them with something saved");
        Assert.True(saved > 0);
        Assert.Equal(_folder.Contents("whole"), _folder.Contents("data"));
    }

    [Fact]
    public void A_full_disk_is_one_line_and_the_same_command_goes_on()
    {
        string text = _folder.WriteJsonLines("a.jsonl", Documents, seed: 3);
        Directory.CreateDirectory(_folder.At("disk"));
        _mounted = OperatingSystem.IsLinux() && Mount("mount", "-t", "tmpfs", "-o", "size=50m", "tmpfs", _folder.At("disk")) == 0;
        Assert.SkipUnless(_mounted, "A small file system cannot be mounted here.");
        Assert.Equal(0, DataFolder.Run(Command(text, "whole")).ExitCode);
        CommandResult result = DataFolder.Run(Command(text, "disk"));
        Assert.Equal(1, result.ExitCode);
        string line = Assert.Single(result.Error.TrimEnd().Split('\n'), line => line.StartsWith("ngpt: ", StringComparison.Ordinal));
        Assert.Contains("no space", line, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder.At("disk", "preparation.json")));
        Assert.Equal(0, Mount("mount", "-o", "remount,size=400m", _folder.At("disk")));
        Assert.Equal(0, DataFolder.Run(Command(text, "disk")).ExitCode);
        Assert.Equal(_folder.Contents("whole"), _folder.Contents("disk"));
    }

    private string[] Command(string text, string name) => ["data", "prepare", text, "--out", _folder.At(name), "--tokenizer", "bytes", "--drop-duplicates"];

    private static int Mount(string program, params string[] arguments)
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
