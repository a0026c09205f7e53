using System.Collections;
using System.Runtime.CompilerServices;

namespace NGpt.Core.Sampling;

/// <summary>
/// The texts that end a generation: an immutable list, equal to another with the same texts in the same order. Written
/// as a collection: <c>StopStrings = ["\n\n", "User:"]</c>.
/// </summary>
[CollectionBuilder(typeof(StopStrings), nameof(Create))]
public sealed class StopStrings : IReadOnlyList<string>, IEquatable<StopStrings>
{
    private readonly string[] _texts;

    private StopStrings(string[] texts) => _texts = texts;

    /// <summary>No stop strings.</summary>
    public static StopStrings None { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _texts.Length;

    /// <inheritdoc/>
    public string this[int index] => _texts[index];

    /// <summary>Makes a list of the texts given.</summary>
    /// <param name="texts">The texts, which are copied.</param>
    public static StopStrings Create(ReadOnlySpan<string> texts) => texts.IsEmpty ? None : new(texts.ToArray());

    /// <inheritdoc/>
    public bool Equals(StopStrings? other) =>
        other is not null && _texts.AsSpan().SequenceEqual(other._texts, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as StopStrings);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (string text in _texts)
        {
            hash.Add(text, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", _texts.Select(text => $"\"{text}\""))}]";

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => _texts.AsEnumerable().GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
