using NGpt.Core.Data;
using System.Buffers;
using NGpt.Core.Tokenizers;

namespace NGpt.Data.Preparation;

/// <summary>Writes the tokens of one split: its text segments one after the other, each document behind one blank line.</summary>
internal sealed class SplitWriter : IDisposable
{
    private readonly ITokenizer _tokenizer;
    private readonly TokenFileWriter _file;
    private readonly ArrayBufferWriter<int> _tokens = new();

    private int _lineFeedsAtEnd;

    public SplitWriter(ITokenizer tokenizer, string path)
    {
        _tokenizer = tokenizer;
        _file = new TokenFileWriter(path);
    }

    /// <summary>What was written so far.</summary>
    public SplitSummary Summary { get; private set; } = new(0, 0, 0);

    /// <summary>Begins the next document: ends the line of the one before, and adds an empty one.</summary>
    public void BeginDocument()
    {
        if (Summary.Documents > 0)
        {
            Write("\n\n"u8[Math.Min(2, _lineFeedsAtEnd)..]);
        }

        Summary = Summary with { Documents = Summary.Documents + 1 };
    }

    /// <summary>Appends text.</summary>
    /// <param name="utf8">Text that begins and ends between characters.</param>
    public void Write(ReadOnlySpan<byte> utf8)
    {
        _tokens.ResetWrittenCount();
        _tokenizer.Encode(utf8, _tokens);
        _file.Write(_tokens.WrittenSpan);
        Summary = Summary with { Bytes = Summary.Bytes + utf8.Length, Tokens = _file.Count };
        int other = utf8.LastIndexOfAnyExcept((byte)'\n');
        _lineFeedsAtEnd = other < 0 ? _lineFeedsAtEnd + utf8.Length : utf8.Length - other - 1;
    }

    /// <summary>Ends the file and flushes it to the disk.</summary>
    public void Complete() => _file.Complete();

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
