namespace NGpt.Core.Configuration;

/// <summary>The names under which the values of an enumeration are written and read; case does not matter.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
internal sealed class ChoiceNames<T>(params (string Name, T Value)[] names)
    where T : struct, Enum
{
    public IEnumerable<string> Names => names.Select(pair => pair.Name);

    public bool TryParse(string text, out T value)
    {
        foreach ((string name, T candidate) in names)
        {
            if (name.Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                value = candidate;
                return true;
            }
        }

        value = default;
        return false;
    }

    public string NameOf(T value) => Array.Find(names, pair => pair.Value.Equals(value)).Name
        ?? throw new ArgumentOutOfRangeException(nameof(value), value, "Not a value of the enumeration.");

    public override string ToString() => string.Join(", ", Names);
}
