using System.Xml;
using System.Xml.Linq;

namespace NGpt.Data.Corpora.Documentation;

/// <summary>Reads one XML documentation file.</summary>
internal static class DocumentationFile
{
    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        CloseInput = true,
    };

    /// <summary>The members of a file, in its order.</summary>
    public static List<DocumentedMember> Read(string path, CancellationToken cancellationToken)
    {
        var members = new List<DocumentedMember>();
        using var reader = XmlReader.Create(File.OpenRead(path), Settings);
        if (reader.MoveToContent() != XmlNodeType.Element || reader.LocalName != "doc")
        {
            throw new XmlException($"the root element is {reader.LocalName}, expected doc");
        }

        reader.Read();
        while (!reader.EOF)
        {
            if (reader.NodeType == XmlNodeType.Element && reader.LocalName == "member")
            {
                cancellationToken.ThrowIfCancellationRequested();

                // One member at a time is held as a tree; ReadFrom leaves the reader behind it.
                if (XNode.ReadFrom(reader) is XElement element && (string?)element.Attribute("name") is { Length: > 0 } name)
                {
                    List<string> pieces = Pieces(element);
                    if (pieces.Count > 0)
                    {
                        members.Add(new DocumentedMember(SymbolName.OwningType(name), pieces));
                    }
                }
            }
            else
            {
                reader.Read();
            }
        }

        return members;
    }

    private static List<string> Pieces(XElement member)
    {
        var pieces = new List<string>();
        foreach (XElement text in member.Elements("summary").Concat(member.Elements("remarks")))
        {
            pieces.AddRange(DocumentationText.Paragraphs(text));
        }

        AddLines(pieces, member.Elements("typeparam"), element => (string?)element.Attribute("name"));
        AddLines(pieces, member.Elements("param"), element => (string?)element.Attribute("name"));
        AddLines(pieces, member.Elements("value"), _ => "Value");
        AddLines(pieces, member.Elements("returns"), _ => "Returns");
        AddLines(pieces, member.Elements("exception"), element => $"Throws {SymbolName.Short((string?)element.Attribute("cref") ?? "an exception")}");
        return pieces;
    }

    private static void AddLines(List<string> pieces, IEnumerable<XElement> elements, Func<XElement, string?> label)
    {
        foreach (XElement element in elements)
        {
            string description = DocumentationText.Line(element);
            if (description.Length > 0)
            {
                pieces.Add(label(element) is { Length: > 0 } name ? $"{name}: {description}" : description);
            }
        }
    }
}

/// <summary>What the documentation says about one member.</summary>
/// <param name="Type">The full name of the type it belongs to.</param>
/// <param name="Pieces">Its paragraphs and descriptions in reading order; a piece is one line, or several of code.</param>
internal readonly record struct DocumentedMember(string Type, IReadOnlyList<string> Pieces);
