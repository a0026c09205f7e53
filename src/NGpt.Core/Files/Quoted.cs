namespace NGpt.Core.Files;

/// <summary>Names from files, for messages.</summary>
internal static class Quoted
{
    private const int MaxLength = 100;

    /// <summary>A name in quotes, shortened and without control characters.</summary>
    public static string Name(string name)
    {
        string shown = name.Length <= MaxLength ? name : string.Concat(name.AsSpan(0, MaxLength), "…");
        return $"'{string.Concat(shown.Select(c => char.IsControl(c) ? '?' : c))}'";
    }
}
