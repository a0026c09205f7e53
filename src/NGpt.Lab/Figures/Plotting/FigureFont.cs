using System.Text;
using ScottPlot;
using SkiaSharp;

namespace NGpt.Lab.Figures.Plotting;

/// <summary>
/// The font of all pictures, embedded in this assembly: Skia draws no text on a machine without fonts. Its letters are as
/// wide as those of Arial and Helvetica, so that an SVG keeps its layout where a browser uses those.
/// </summary>
internal static class FigureFont
{
    /// <summary>Its name in ScottPlot.</summary>
    public const string Name = "Arimo";

    /// <summary>The font family of an SVG: the font, those of the same widths, and the reader's default.</summary>
    public const string Family = "Arimo, Arial, Helvetica, 'Liberation Sans', sans-serif";

    /// <summary>Replaces a character that the font lacks.</summary>
    private const char Missing = '□';

    private static readonly SKData Data = Read();

    private static readonly SKTypeface Typeface = SKTypeface.FromData(Data);

    static FigureFont()
    {
        Fonts.FontResolvers.Insert(0, new Resolver());
    }

    /// <summary>Registers the font in ScottPlot.</summary>
    public static void Register()
    {
        // In the static constructor.
    }

    /// <summary>A text as it can be drawn on one line: without control characters, and with a box for what the font lacks.</summary>
    public static string Drawable(string text, int maxLength = int.MaxValue)
    {
        var result = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune) || Rune.IsWhiteSpace(rune))
            {
                result.Append(' ');
            }
            else
            {
                result.Append(Typeface.ContainsGlyph(rune.Value) ? rune.ToString() : Missing);
            }
        }

        if (result.Length <= maxLength)
        {
            return result.ToString();
        }

        int kept = (maxLength - 1) / 2;
        return $"{result.ToString(0, kept)}…{result.ToString(result.Length - kept, kept)}";
    }

    /// <summary>The width of a text.</summary>
    public static float WidthOf(string text, float size)
    {
        using SKFont font = new(Typeface, size);
        return font.MeasureText(text);
    }

    private static SKData Read()
    {
        using Stream stream = typeof(FigureFont).Assembly.GetManifestResourceStream("Arimo-Regular.ttf")
            ?? throw new InvalidOperationException("The font is not in the assembly.");
        return SKData.Create(stream);
    }

    private sealed class Resolver : IFontResolver
    {
        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
            fontName == Name ? SKTypeface.FromData(Data) : null;

        public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) =>
            fontName == Name ? SKTypeface.FromData(Data) : null;
    }
}
