using System.Text;
using System.Xml;

namespace NGpt.Lab.Figures.Plotting;

/// <summary>Text of any origin, made fit for XML and HTML, which have no place for control characters.</summary>
internal static class PlainText
{
    /// <summary>The text with U+FFFD for every character that XML does not allow.</summary>
    public static string Of(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            // Runes outside the basic plane are always allowed, and a lone half of one has become U+FFFD already.
            bool isAllowed = !rune.IsBmp || XmlConvert.IsXmlChar((char)rune.Value);
            result.Append(isAllowed && rune.Value is not (>= 0x7F and <= 0x9F) ? rune.ToString() : "\uFFFD");
        }

        return result.ToString();
    }
}
