namespace NGpt.Data.Corpora.Documentation;

/// <summary>What the documentation says about one member.</summary>
/// <param name="Type">The full name of the type it belongs to.</param>
/// <param name="Pieces">Its paragraphs and descriptions in reading order; a piece is one line, or several of code.</param>
internal readonly record struct DocumentedMember(string Type, IReadOnlyList<string> Pieces);
