using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace NGpt.Lab.Tests.Figures;

/// <summary>What a person sees in an SVG: texts, marks and lines with their places.</summary>
internal sealed class SvgReading(string svg)
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public XElement Root { get; } = XElement.Parse(svg);

    public IReadOnlyList<(string Text, double X, double Y)> Texts =>
        [.. Root.Descendants(Svg + "text").Select(text =>
        {
            double[] place = Numbers((string)text.Attribute("transform")!);
            return (text.Value, place[0], place[1]);
        })];

    /// <summary>Places of the round marks of a colour, from left to right.</summary>
    public IReadOnlyList<(double X, double Y)> Circles(string color) =>
        [.. Root.Descendants(Svg + "ellipse").Where(circle => (string?)circle.Attribute("fill") == color)
            .Select(circle => ((double)circle.Attribute("cx")!, (double)circle.Attribute("cy")!)).OrderBy(place => place.Item1)];

    /// <summary>The strokes of a colour: the numbers of their paths.</summary>
    public IReadOnlyList<double[]> Strokes(string color) =>
        [.. Root.Descendants(Svg + "path").Where(path => (string?)path.Attribute("stroke") == color).Select(path => Numbers((string)path.Attribute("d")!))];

    /// <summary>Dashes of the lines of a colour.</summary>
    public IReadOnlyList<string?> Dashes(string color) =>
        [.. Root.Descendants(Svg + "path").Where(path => (string?)path.Attribute("stroke") == color).Select(path => (string?)path.Attribute("stroke-dasharray"))];

    public double XOf(string text) => Texts.First(entry => entry.Text == text).X;

    public double YOf(string text) => Texts.First(entry => entry.Text == text).Y;

    private static double[] Numbers(string text) =>
        [.. Regex.Matches(text, @"-?\d+(\.\d+)?(e-?\d+)?").Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture))];
}
