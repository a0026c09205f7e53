using System.Text;
using ScottPlot;
using SkiaSharp;

namespace NGpt.Lab.Figures.Plotting;

/// <summary>
/// The one font of all pictures, a part of this assembly: Skia draws no text where a machine has no fonts.
/// It is as wide as Arial and Helvetica letter by letter, so an SVG keeps its layout where a browser shows those.
/// </summary>
internal static class FigureFont
{
    /// <summary>The name that ScottPlot knows it by.</summary>
    public const string Name = "Arimo";

    /// <summary>What an SVG asks for: the font, those of the same widths, and whatever the reader has.</summary>
    public const string Family = "Arimo, Arial, Helvetica, 'Liberation Sans', sans-serif";

    /// <summary>Stands for a character that the font lacks.</summary>
    private const char Missing = '□';

    private static readonly SKData Data = Read();

    private static readonly SKTypeface Typeface = SKTypeface.FromData(Data);

    static FigureFont()
    {
        Fonts.FontResolvers.Insert(0, new Resolver());
    }

    /// <summary>Makes the font known to ScottPlot.</summary>
    public static void Register()
    {
        // The static constructor has done it.
    }

    /// <summary>A text as it can be drawn on one line: without control characters, and with a box for what the font lacks.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="longest">Most characters; a longer text loses its middle.</param>
    public static string Drawable(string text, int longest = int.MaxValue)
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

        if (result.Length <= longest)
        {
            return result.ToString();
        }

        int kept = (longest - 1) / 2;
        return $"{result.ToString(0, kept)}…{result.ToString(result.Length - kept, kept)}";
    }

    /// <summary>How wide a text is.</summary>
    /// <param name="text">What <see cref="Drawable"/> gives.</param>
    /// <param name="size">Size of the font.</param>
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
