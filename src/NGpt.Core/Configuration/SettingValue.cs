using System.Diagnostics.CodeAnalysis;

namespace NGpt.Core.Configuration;

/// <summary>How the values of a setting are read and written as text.</summary>
/// <param name="Kind">The type of the value.</param>
/// <param name="Parse">Reads text; returns what is wrong with it, or null.</param>
/// <param name="Format">Writes a value.</param>
internal sealed record SettingValue<T>(SettingKind Kind, SettingValue<T>.Parser Parse, Func<T, string> Format)
    where T : notnull
{
    public delegate string? Parser(string text, [MaybeNull] out T value);
}
