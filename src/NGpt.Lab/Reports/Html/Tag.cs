using System.Xml.Linq;
using NGpt.Lab.Figures.Plotting;

namespace NGpt.Lab.Reports.Html;

/// <summary>Makes elements that read the same as HTML and as XML.</summary>
internal static class Tag
{
    /// <summary>An element with an end tag, also where it is empty: HTML takes <c>&lt;p/&gt;</c> for the start of one.</summary>
    /// <param name="name">Its name; not one of those without an end tag, such as <c>img</c>.</param>
    /// <param name="content">Attributes, elements and texts; texts are encoded, whatever they hold.</param>
    public static XElement Of(string name, params object?[] content)
    {
        XElement element = new(name);
        foreach (object? part in content)
        {
            element.Add(part is string text ? PlainText.Of(text) : part);
        }

        if (element.IsEmpty)
        {
            element.Add(string.Empty);
        }

        return element;
    }

    /// <summary>A class of the page's style.</summary>
    public static XAttribute Class(string name) => new("class", name);
}
