using System.Text;
using NGpt.Core.Tokenizers;

namespace NGpt.Data.Preparation;

/// <summary>
/// Finds the written form of the end-of-text token inside of documents. It is encoded as plain text, so that no document can
/// end another; more likely its author meant it to stand between two.
/// </summary>
internal sealed class EndOfTextMark(ITokenizer tokenizer)
{
    private readonly string _mark = tokenizer.EndOfTextContent ?? BytePairTokenizer.EndOfTextNames[0];
    private readonly byte[] _utf8 = Encoding.UTF8.GetBytes(tokenizer.EndOfTextContent ?? BytePairTokenizer.EndOfTextNames[0]);

    /// <summary>Whether a text has it.</summary>
    public bool IsIn(ReadOnlySpan<byte> utf8) => utf8.IndexOf(_utf8) >= 0;

    /// <summary>The warning about a document that has it.</summary>
    public string Warning(string document) =>
        $"{document}: the text has {_mark} inside, which is encoded as plain text and does not end a document; in text files, ngpt data prepare --document-separator '{_mark}' divides there; in records, write each document as one of its own";
}
