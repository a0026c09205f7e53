using System.Globalization;
using NGpt.Core.Data;
using NGpt.Core.Tokenizers;

namespace NGpt.Data.Preparation;

/// <summary>
/// Writes the tokens of one split into shards: before each document the end-of-text token, or, where the vocabulary has
/// none, one blank line between documents.
/// </summary>
internal sealed class SplitWriter : IDisposable
{
    private readonly ITokenizer _tokenizer;
    private readonly string _folder;
    private readonly string _prefix;
    private readonly int _shardTokens;
    private readonly List<ShardFile> _full = [];
    private TokenFileWriter? _file;

    /// <summary>Starts or resumes a split.</summary>
    public SplitWriter(ITokenizer tokenizer, string folder, string prefix, int shardTokens, SplitState? state = null)
    {
        (_tokenizer, _folder, _prefix, _shardTokens) = (tokenizer, folder, prefix, shardTokens);
        State = state ?? SplitState.Empty;
        if (State.Shards is [.., { } last])
        {
            _full.AddRange(State.Shards.SkipLast(1));
            _file = TokenFileWriter.Continue(Path.Combine(folder, last.Name), tokenizer.VocabularySize, last.Tokens);
        }

        foreach (string path in Directory.EnumerateFiles(folder, $"{prefix}_*.bin"))
        {
            // What was begun after the state was saved is written again.
            if (!State.Shards.Any(shard => shard.Name == Path.GetFileName(path)))
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>What was written so far.</summary>
    public SplitState State { get; private set; }

    /// <summary>Begins the next document.</summary>
    public void BeginDocument()
    {
        if (_tokenizer.EndOfText is int separator)
        {
            Append([separator]);
        }
        else if (State.Documents > 0)
        {
            byte[] blank = [.. "\n\n"u8[Math.Min(2, State.LineFeedsAtEnd)..]];
            Write(blank, _tokenizer.Encode(System.Text.Encoding.ASCII.GetString(blank)));
        }

        State = State with { Documents = State.Documents + 1 };
    }

    /// <summary>Appends text of the current document.</summary>
    public void Write(ReadOnlySpan<byte> utf8, ReadOnlySpan<int> tokens)
    {
        Append(tokens);
        int other = utf8.LastIndexOfAnyExcept((byte)'\n');
        State = State with
        {
            Bytes = State.Bytes + utf8.Length,
            LineFeedsAtEnd = other < 0 ? State.LineFeedsAtEnd + utf8.Length : utf8.Length - other - 1,
        };
    }

    /// <summary>Brings everything to the disk.</summary>
    public SplitState Flush()
    {
        _file?.Flush();
        return State = State with { Shards = Shards() };
    }

    /// <summary>Ends the last shard and flushes it to the disk. A split without a token has one empty file.</summary>
    public SplitSummary Complete()
    {
        _file ??= Create();
        _file.Complete();
        State = State with { Shards = Shards() };
        return new SplitSummary(State.Documents, State.Bytes, State.Shards.Sum(shard => shard.Tokens)) { Shards = State.Shards };
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private void Append(ReadOnlySpan<int> tokens)
    {
        while (!tokens.IsEmpty)
        {
            if (_file is { } full && full.Count >= _shardTokens)
            {
                full.Complete();
                _full.Add(new ShardFile(Name(_full.Count), full.Count));
                full.Dispose();
                _file = null;
            }

            _file ??= Create();
            int length = (int)Math.Min(tokens.Length, _shardTokens - _file.Count);
            _file.Write(tokens[..length]);
            tokens = tokens[length..];
        }
    }

    private ShardFile[] Shards() => _file is null ? [.. _full] : [.. _full, new ShardFile(Name(_full.Count), _file.Count)];

    private TokenFileWriter Create() => TokenFileWriter.Create(Path.Combine(_folder, Name(_full.Count)), _tokenizer.VocabularySize);

    private string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}_{index:000000}.bin");
}
