namespace NGpt.Cli;

/// <summary>The program as it was started, for commands that are shown to be typed next.</summary>
internal static class ProgramName
{
    /// <summary>The script of a checkout passes its path in this variable; an installed tool sets none.</summary>
    private const string Variable = "NGPT_PROGRAM";

    /// <summary>For example <c>./ngpt</c>; <c>ngpt</c> for the installed tool.</summary>
    public static string Current => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } name ? name : "ngpt";
}
