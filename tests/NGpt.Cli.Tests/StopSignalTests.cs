using System.Diagnostics;
using System.Globalization;

namespace NGpt.Cli.Tests;

public sealed class StopSignalTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public async Task First_signal_lets_the_process_save_and_return_its_code(string signal, int expected)
    {
        using Process host = await Start(signal);
        await Send(signal, host);
        Assert.Equal("saving", await Read(host));
        await host.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(expected, host.ExitCode);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public async Task Second_signal_ends_a_process_that_does_not_come_to_an_end(string signal, int expected)
    {
        using Process host = await Start(signal, "endless");
        await Send(signal, host);
        Assert.Equal("saving", await Read(host));
        await Send(signal, host);
        await host.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(expected, host.ExitCode);
    }

    [Fact]
    public void A_signal_that_is_on_its_way_as_the_work_ends_changes_nothing_but_the_exit_code()
    {
        var signal = new StopSignal();
        signal.Dispose();
        signal.Receive(130);
        Assert.Equal(130, signal.ExitCode);
    }

    private static async Task<Process> Start(string signal, params string[] arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no command that sends a signal.");
        Assert.SkipWhen(Ignores(signal), $"This shell starts its background jobs with SIG{signal} ignored.");
        string program = Path.Combine(AppContext.BaseDirectory, "NGpt.Cli.SignalHost.dll");
        Process host = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true })!;
        Assert.Equal("ready", await Read(host));
        return host;
    }

    private static async Task Send(string signal, Process host)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", host.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(0, kill.ExitCode);
    }

    private static async Task<string?> Read(Process host) => await host.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>An ignored signal stays ignored in every process that is started from here.</summary>
    internal static bool Ignores(string signal)
    {
        int bit = signal switch { "HUP" => 0, "INT" => 1, _ => 14 };
        const string key = "SigIgn:";
        string? line = File.Exists("/proc/self/status")
            ? File.ReadLines("/proc/self/status").FirstOrDefault(text => text.StartsWith(key, StringComparison.Ordinal))
            : null;
        return line is not null && (ulong.Parse(line.AsSpan(key.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> bit & 1) != 0;
    }
}
