namespace NGpt.Cli.Tests.Training;

/// <summary>What a call of the command returned and wrote.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error);
