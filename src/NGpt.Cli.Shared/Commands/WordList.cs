namespace NGpt.Cli.Commands;

/// <summary>Options that take several words: with commas between them, as separate arguments, or given more than once.</summary>
internal static class WordList
{
    /// <summary>Separates the words.</summary>
    /// <param name="given">The option's values, or null.</param>
    /// <returns>The words, each once; empty where nothing was given.</returns>
    public static string[] Split(string[]? given) =>
        [.. (given ?? []).SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct()];
}
