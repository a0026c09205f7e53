using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace NGpt.Lab.Figures.Plotting;

/// <summary>
/// Rewrites Skia's SVG so that a browser may use its own font. Skia gives every letter its own position, from the font it
/// measured with; in another font the letters would be apart or overlap. Here a text is one run with the anchor of the plot:
/// start, middle or end.
/// </summary>
internal static class SvgPicture
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>Rewrites a picture.</summary>
    public static string Rewrite(string picture, Figure figure, int width, int height)
    {
        XElement root = XElement.Parse(picture);
        root.SetAttributeValue("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {width} {height}"));
        root.SetAttributeValue("role", "img");
        foreach (XElement text in root.Descendants(Svg + "text").ToList())
        {
            Anchor(text);
        }

        NumberIds(root);
        foreach (XAttribute stroke in root.Descendants().Attributes("stroke-width").ToList())
        {
            stroke.Parent!.SetAttributeValue("stroke-dasharray", LineStyles.DashesOf((double)stroke));
        }

        root.AddFirst(
            new XElement(Svg + "title", PlainText.Of(figure.Title)),
            new XElement(Svg + "desc", PlainText.Of(figure.Caption)));
        return root.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    // Skia numbers ids across pictures; the same figure must give the same file.
    private static void NumberIds(XElement root)
    {
        Dictionary<string, string> numbers = [];
        foreach (XAttribute id in root.Descendants().Attributes("id"))
        {
            numbers[id.Value] = $"c{numbers.Count + 1}";
            id.Value = numbers[id.Value];
        }

        foreach (XAttribute reference in root.Descendants().Attributes().Where(attribute => attribute.Value.StartsWith("url(#", StringComparison.Ordinal)))
        {
            reference.Value = $"url(#{numbers[reference.Value[5..^1]]})";
        }
    }

    private static void Anchor(XElement text)
    {
        double[] x = Numbers(text, "x");
        double[] y = Numbers(text, "y");
        string content = text.Value.Trim();
        if (content.Length == 0 || x.Length == 0)
        {
            text.Remove();
            return;
        }

        // The plot draws from the anchor, so that the first letter is at 0, or at minus half or minus the whole width.
        float size = (float)(double)text.Attribute("font-size")!;
        double width = FigureFont.WidthOf(content, size);
        string anchor = (-x[0] / width) switch
        {
            < 0.25 => "start",
            < 0.75 => "middle",
            _ => "end",
        };
        double place = anchor switch
        {
            "start" => x[0],
            "middle" => x[0] + (width / 2),
            _ => x[0] + width,
        };
        text.SetAttributeValue("x", place.ToString("0.##", CultureInfo.InvariantCulture));
        text.SetAttributeValue("y", (y.Length > 0 ? y[0] : 0).ToString("0.##", CultureInfo.InvariantCulture));
        text.SetAttributeValue("text-anchor", anchor == "start" ? null : anchor);
        text.SetAttributeValue("font-family", FigureFont.Family);
        text.SetAttributeValue("font-weight", null);
        text.Value = content;
    }

    private static double[] Numbers(XElement element, string attribute) =>
        [.. ((string?)element.Attribute(attribute) ?? string.Empty)
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
}

/// <summary>Text of any origin as valid text of XML and HTML, which have no control characters.</summary>
internal static class PlainText
{
    /// <summary>The text with U+FFFD for every character that XML does not allow.</summary>
    public static string Of(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            // Runes outside the basic plane are always allowed, and a lone surrogate is already U+FFFD.
            bool isAllowed = !rune.IsBmp || XmlConvert.IsXmlChar((char)rune.Value);
            result.Append(isAllowed && rune.Value is not (>= 0x7F and <= 0x9F) ? rune.ToString() : "\uFFFD");
        }

        return result.ToString();
    }
}
