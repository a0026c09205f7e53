namespace NGpt.Cli;

/// <summary>What the command returns to the shell.</summary>
public static class ExitCode
{
    /// <summary>Everything was done.</summary>
    public const int Done = 0;

    /// <summary>Something failed.</summary>
    public const int Failure = 1;

    /// <summary>The command line or a configuration file is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The time limit was reached and the run is saved: EX_TEMPFAIL, try again to go on.</summary>
    public const int TimeLimit = 75;

    /// <summary>Stopped by SIGHUP, since the terminal was closed, after saving: 128 and the signal's number.</summary>
    public const int HungUp = 129;

    /// <summary>Stopped by SIGINT (Ctrl-C) after saving: 128 and the signal's number.</summary>
    public const int Interrupted = 130;

    /// <summary>Stopped by SIGTERM after saving: 128 and the signal's number.</summary>
    public const int Terminated = 143;
}
