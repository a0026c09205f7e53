using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Core.Tokenizers.Files;

/// <summary>Reads the bytes of a tokenizer's file, with a limit.</summary>
internal static class TokenizerBytes
{
    /// <summary>The most bytes that a file may have.</summary>
    public const long MaximumFileSize = 100_000_000;

    /// <summary>What to do about a file that cannot be used.</summary>
    public const string Remedy = "use a tokenizer.json of bytes, characters or byte-level BPE, a tiktoken file, vocab.json with merges.txt, or a SentencePiece model";

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileFormatException">The file is missing or too large.</exception>
    /// <exception cref="NGptException">The file cannot be read.</exception>
    public static byte[] Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new FileFormatException(path, "there is no such tokenizer file", Remedy);
        }

        if (file.Length > MaximumFileSize)
        {
            throw new FileFormatException(path, $"the file has {file.Length:N0} bytes, more than the {MaximumFileSize:N0} that a tokenizer may have", Remedy);
        }

        // A length of 0 also covers pipes and devices, which must not be opened: that could wait for ever.
        if (file.Length == 0)
        {
            throw new FileFormatException(path, "the file is empty", Remedy);
        }

        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception failure) when (StorageFailure.Explain(failure, "reading", path) is { } explained)
        {
            throw explained;
        }
    }
}
