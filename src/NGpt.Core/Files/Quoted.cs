namespace NGpt.Core.Files;

/// <summary>Names from files, for messages.</summary>
internal static class Quoted
{
    private const int Longest = 100;

    /// <summary>A name in quotes, shortened and without control characters.</summary>
    public static string Name(string name)
    {
        string shown = name.Length <= Longest ? name : string.Concat(name.AsSpan(0, Longest), "…");
        return $"'{string.Concat(shown.Select(c => char.IsControl(c) ? '?' : c))}'";
    }
}
