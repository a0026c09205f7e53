using System.Diagnostics;
using System.Runtime.CompilerServices;
using NGpt.Core.Files;

namespace NGpt.Core.Tests.Files;

/// <summary>
/// A second process that holds a run lock: this very test program, which, started with the variable below, locks the
/// folder before any test runs, says so, and ends when its input ends.
/// </summary>
internal sealed class LockHolder : IDisposable
{
    private const string Variable = "NGPT_TEST_LOCK_FOLDER";
    private const string Ready = "locked";

    private readonly Process _process;

    public LockHolder(string folder)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { "exec", typeof(LockHolder).Assembly.Location },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { [Variable] = folder },
        };
        _process = Process.Start(start) ?? throw new InvalidOperationException("The second process did not start.");
        Assert.Equal(Ready, _process.StandardOutput.ReadLine());
    }

    public int ProcessId => _process.Id;

    /// <summary>Ends the process without giving it a chance to unlock.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Lets the process unlock and end.</summary>
    public void Release()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        Assert.Equal(0, _process.ExitCode);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    [ModuleInitializer]
    internal static void BecomeHolderWhenAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } folder)
        {
            return;
        }

        using (RunLock.Acquire(folder))
        {
            Console.WriteLine(Ready);
            Console.In.ReadToEnd();
        }

        Environment.Exit(0);
    }
}
