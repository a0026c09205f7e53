using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Tokenizers.BytePair;

namespace NGpt.Core.Tokenizers.Files;

/// <summary>Reads the bytes of a tokenizer's file, with a limit.</summary>
internal static class TokenizerBytes
{
    /// <summary>The most bytes that a file may have.</summary>
    public const long MaxFileSize = 100_000_000;

    /// <summary>What to do about a file that cannot be used.</summary>
    public const string Remedy = "use a tokenizer.json of bytes, characters or byte-level BPE, a tiktoken file, vocab.json with merges.txt, or a SentencePiece model";

    /// <summary>Reads a file.</summary>
    public static byte[] Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new FileFormatException(path, FileKind.DescribeMissing(path, "tokenizer file"), Remedy);
        }

        if (file.Length > MaxFileSize)
        {
            throw new FileFormatException(path, $"the file has {file.Length:N0} bytes, more than the {MaxFileSize:N0} that a tokenizer may have", Remedy);
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

/// <summary>Merges the bytes of one token by ranks, where any two neighbours merge whose bytes together are a token.</summary>
internal sealed class TokenParts(ByteStringTable tokens)
{
    private readonly List<int> _starts = [];
    private readonly List<int> _ranks = [];

    /// <summary>Where the last two parts of a token meet.</summary>
    public int? LastMerge(ReadOnlySpan<byte> token)
    {
        _starts.Clear();
        _ranks.Clear();
        for (int i = 0; i < token.Length; i++)
        {
            _starts.Add(i);
        }

        for (int part = 0; part + 1 < _starts.Count; part++)
        {
            _ranks.Add(RankAt(token, part));
        }

        while (_starts.Count > 2)
        {
            int best = 0;
            for (int part = 1; part < _ranks.Count; part++)
            {
                // As unsigned numbers, "no token" is the largest.
                best = (uint)_ranks[part] < (uint)_ranks[best] ? part : best;
            }

            if (_ranks[best] < 0)
            {
                return null;
            }

            _starts.RemoveAt(best + 1);
            _ranks.RemoveAt(best);
            for (int part = Math.Max(0, best - 1); part <= best && part < _ranks.Count; part++)
            {
                _ranks[part] = RankAt(token, part);
            }
        }

        return _starts[1];
    }

    // Parts begin at _starts; a pair ends where the part after the next one begins.
    private int RankAt(ReadOnlySpan<byte> token, int part) =>
        tokens.Find(token[_starts[part]..(part + 2 < _starts.Count ? _starts[part + 2] : token.Length)]);
}
