using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace NGpt.Data.Corpora.Documentation;

/// <summary>Turns the content of a documentation element into plain paragraphs.</summary>
internal sealed class DocumentationText
{
    private const int MaxDepth = 64;

    private readonly List<string> _paragraphs = [];
    private readonly StringBuilder _current = new();

    private DocumentationText()
    {
    }

    /// <summary>The paragraphs of an element, white space collapsed. A block of code is one paragraph of several lines.</summary>
    public static List<string> Paragraphs(XElement element) => Paragraphs(element, depth: 0);

    /// <summary>The whole content of an element in one line.</summary>
    public static string Line(XElement element) => Line(element, depth: 0);

    private static List<string> Paragraphs(XElement element, int depth)
    {
        var text = new DocumentationText();
        text.AddContent(element, depth);
        text.EndParagraph();
        return text._paragraphs;
    }

    private static string Line(XElement element, int depth) => Collapse(string.Join(' ', Paragraphs(element, depth)));

    private static string Collapse(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private void AddContent(XElement element, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new XmlException($"elements are nested more than {MaxDepth} deep");
        }

        foreach (XNode node in element.Nodes())
        {
            switch (node)
            {
                case XText text:
                    AddText(text.Value);
                    break;
                case XElement child:
                    AddElement(child, depth + 1);
                    break;
            }
        }
    }

    private void AddElement(XElement element, int depth)
    {
        switch (element.Name.LocalName)
        {
            case "see" or "seealso" or "xref" or "a" when element.Nodes().Any():
                AddContent(element, depth);
                break;
            case "see" or "seealso" or "xref" or "a":
                _current.Append(Reference(element));
                break;
            case "paramref" or "typeparamref" when !element.Nodes().Any():
                _current.Append((string?)element.Attribute("name"));
                break;
            case "code":
                AddCode(element);
                break;
            case "para" or "p" or "div" or "example":
                EndParagraph();
                AddContent(element, depth);
                EndParagraph();
                break;
            case "br":
                EndParagraph();
                break;
            case "list":
                AddList(element, depth);
                break;
            case "li" or "tr":
                EndParagraph();
                AddParagraph(element.Name.LocalName == "li" ? $"- {Line(element, depth)}" : Row(element, depth));
                break;
            case "sup":
                _current.Append('^');
                AddContent(element, depth);
                break;
            case "sub":
                _current.Append('_');
                AddContent(element, depth);
                break;
            case "script" or "format" or "devremarks" or "forInternalUseOnly" or "inheritdoc":
                break;
            default:
                AddContent(element, depth);
                break;
        }
    }

    /// <summary>Adds text of the file. An empty line in it ends the paragraph.</summary>
    private void AddText(string text)
    {
        bool blank = false;
        bool first = true;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (!first)
            {
                _current.Append(' ');
            }

            // The first line continues what was before the text, the last one is continued: neither is an empty line yet.
            if (blank)
            {
                EndParagraph();
            }

            _current.Append(line);
            blank = !first && line.IsWhiteSpace();
            first = false;
        }
    }

    private void AddCode(XElement element)
    {
        string[] lines = [.. element.Value.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0)];
        if (lines.Length <= 1)
        {
            _current.Append(lines.Length == 0 ? (string?)element.Attribute("cref") is { } cref ? SymbolName.Short(cref) : string.Empty : lines[0].Trim());
            return;
        }

        EndParagraph();
        int indent = lines.Min(line => line.Length - line.TrimStart().Length);
        _paragraphs.Add(string.Join('\n', lines.Select(line => line[indent..])));
    }

    private void AddList(XElement list, int depth)
    {
        EndParagraph();
        string? kind = (string?)list.Attribute("type");
        int number = 0;
        foreach (XElement item in list.Elements())
        {
            string line = kind == "table" ? Row(item, depth) : Item(item, depth);
            string mark =
                kind == "table" ? string.Empty
                : kind == "number" && item.Name.LocalName == "item" ? string.Create(CultureInfo.InvariantCulture, $"{++number}. ")
                : "- ";
            AddParagraph(line.Length == 0 ? line : mark + line);
        }
    }

    private static string Item(XElement item, int depth)
    {
        string term = string.Join(' ', item.Elements("term").Select(element => Line(element, depth + 1)));
        string description = string.Join(' ', item.Elements("description").Select(element => Line(element, depth + 1)));
        return term.Length > 0 && description.Length > 0 ? $"{term}: {description}"
            : term.Length + description.Length > 0 ? term + description
            : Line(item, depth + 1);
    }

    private static string Row(XElement row, int depth) =>
        string.Join(" | ", row.Elements().Select(cell => Line(cell, depth + 1)).Where(cell => cell.Length > 0));

    private static string? Reference(XElement element)
    {
        string? symbol = (string?)element.Attribute("cref") ?? (string?)element.Attribute("uid");
        return symbol is not null
            ? SymbolName.Short(symbol)
            : (string?)element.Attribute("langword") ?? (string?)element.Attribute("href") ?? (string?)element.Attribute("name");
    }

    private void EndParagraph()
    {
        AddParagraph(Collapse(_current.ToString()));
        _current.Clear();
    }

    private void AddParagraph(string text)
    {
        if (text.Length > 0)
        {
            _paragraphs.Add(text);
        }
    }
}
