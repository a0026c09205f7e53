namespace NGpt.Core.Sampling.Constraints;

/// <summary>A place in a schema. The text of the path is only made for messages.</summary>
internal sealed class SchemaPath(SchemaPath? parent, string name)
{
    private const int MaxName = 40;
    private const int MaxLength = 200;

    public static SchemaPath Root { get; } = new(null, "$");

    /// <summary>Number of steps from the root.</summary>
    public int Depth { get; } = parent is null ? 0 : parent.Depth + 1;

    public SchemaPath Then(string next) => new(this, next);

    public SchemaPath Then(int index) => new(this, $"[{index}]");

    public override string ToString()
    {
        List<string> parts = [];
        for (SchemaPath? path = this; path is not null; path = path.Parent)
        {
            parts.Add(path.Part);
        }

        parts.Reverse();
        string text = string.Concat(parts);
        return text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength), "…");
    }

    private SchemaPath? Parent => parent;

    private string Part
    {
        get
        {
            string shown = Shown(name);
            return parent is null || name.StartsWith('[') ? shown : $".{shown}";
        }
    }

    /// <summary>A name from a schema for a message: short, and without control characters.</summary>
    public static string Shown(string name)
    {
        string cut = name.Length <= MaxName ? name : string.Concat(name.AsSpan(0, MaxName), "…");
        return string.Concat(cut.Select(character => char.IsControl(character) || char.IsSurrogate(character) ? '?' : character));
    }
}
