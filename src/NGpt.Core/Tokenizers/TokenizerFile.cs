using NGpt.Core.Checkpoints;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Tokenizers.Files;

namespace NGpt.Core.Tokenizers;

/// <summary>
/// Reads and writes tokenizers. Written is Hugging Face's <c>tokenizer.json</c>: BPE with merges, and BPE without merges for
/// bytes (ByteLevel) and characters (Fuse decoder); one that was read and has steps of its own is written as it was. Read are
/// also tiktoken files, GPT-2's two files, and SentencePiece models, which a <c>tokenizer.json</c> of ours keeps as they are.
/// </summary>
public static class TokenizerFile
{
    /// <summary>The usual name of the file.</summary>
    public const string FileName = "tokenizer.json";

    // GPT-2's two files, by Hugging Face's names and by OpenAI's.
    private static readonly (string Vocabulary, string Merges)[] PairNames = [("vocab.json", "merges.txt"), ("encoder.json", "vocab.bpe")];

    private const string SentencePieceName = "tokenizer.model";
    private const string TiktokenExtension = ".tiktoken";

    /// <summary>Writes a tokenizer; the file appears whole or not at all.</summary>
    /// <param name="tokenizer">A tokenizer of this library.</param>
    /// <param name="path">The file to write; replaced where it exists.</param>
    /// <exception cref="ArgumentException">The tokenizer is of another type.</exception>
    /// <exception cref="NGptException">The file cannot be written.</exception>
    public static void Save(ITokenizer tokenizer, string path)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentException.ThrowIfNullOrEmpty(path);
        DurableFile.Write(path, stream => TokenizerJsonWriter.Write(tokenizer, stream));
    }

    /// <summary>Reads a tokenizer. What cannot be done exactly as the file says is rejected.</summary>
    /// <param name="path">
    /// A <c>tokenizer.json</c>; a <c>.tiktoken</c> file; a <c>vocab.json</c> or <c>merges.txt</c>, or an <c>encoder.json</c> or
    /// <c>vocab.bpe</c>, with the other one beside it;
    /// a SentencePiece <c>.model</c> (or a tiktoken file of that name); a folder with one of these; or a run folder.
    /// </param>
    /// <param name="onWarning">Receives warnings, a line each: what is ignored, what was assumed.</param>
    /// <exception cref="FileFormatException">The file is missing, damaged, too large, or a tokenizer of another kind.</exception>
    public static ITokenizer Load(string path, Action<string>? onWarning = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        path = OfRun(path);
        if (Directory.Exists(path))
        {
            path = FindIn(path);
        }

        string name = Path.GetFileName(path);
        string folder = Path.GetDirectoryName(path) ?? string.Empty;
        foreach ((string vocabulary, string merges) in PairNames)
        {
            if (name == vocabulary || name == merges)
            {
                return VocabularyAndMergesReader.Read(Path.Combine(folder, vocabulary), Path.Combine(folder, merges));
            }
        }

        return name.EndsWith(TiktokenExtension, StringComparison.OrdinalIgnoreCase) ? TiktokenReader.Read(path, TokenizerBytes.Read(path), onWarning)
            : name.EndsWith(".model", StringComparison.OrdinalIgnoreCase) ? ReadModel(path, onWarning)
            : TokenizerJsonReader.Read(path, onWarning);
    }

    /// <summary>Reads the text of a <c>tokenizer.json</c> that lies inside another file.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="FileFormatException">The text is damaged, or a tokenizer of another kind.</exception>
    public static ITokenizer Parse(ReadOnlyMemory<byte> utf8, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return TokenizerJsonReader.Parse(utf8, path);
    }

    /// <summary>The tokenizer's file where a path is a run folder, whose checkpoints have it; else the path itself.</summary>
    internal static string OfRun(string path) =>
        Directory.Exists(path) && !File.Exists(Path.Combine(path, FileName)) && new RunFolder(path) is { HoldsRun: true, Checkpoints.BestOrNewest: { } checkpoint }
            ? checkpoint.TokenizerPath
            : path;

    private static string FindIn(string folder)
    {
        foreach (string name in (ReadOnlySpan<string>)[FileName, PairNames[0].Vocabulary, PairNames[1].Vocabulary, SentencePieceName])
        {
            if (File.Exists(Path.Combine(folder, name)))
            {
                return Path.Combine(folder, name);
            }
        }

        string[] ranks = Directory.GetFiles(folder, "*" + TiktokenExtension);
        return ranks.Length == 1
            ? ranks[0]
            : throw new FileFormatException(
                folder,
                ranks.Length == 0 ? "the folder holds no tokenizer" : $"the folder holds {ranks.Length} tiktoken files",
                $"give a file, or a folder with {FileName}, {PairNames[0].Vocabulary} and {PairNames[0].Merges}, {SentencePieceName} or one {TiktokenExtension} file");
    }

    private static ITokenizer ReadModel(string path, Action<string>? onWarning)
    {
        byte[] bytes = TokenizerBytes.Read(path);
        // A SentencePiece model begins with its first piece: field 1, of variable length. In base64 that byte does not occur.
        return bytes is [0x0A, ..] ? SentencePieceReader.Read(path, bytes) : TiktokenReader.Read(path, bytes, onWarning);
    }
}
