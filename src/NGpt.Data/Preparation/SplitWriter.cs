using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using NGpt.Core.Data;
using NGpt.Core.Tokenizers;

namespace NGpt.Data.Preparation;

/// <summary>
/// Writes the tokens of one split into shards: before each document the end-of-text token, or, where the vocabulary has
/// none, one blank line between documents. Of conversations a second file beside each shard marks the tokens of answers.
/// </summary>
internal sealed class SplitWriter : IDisposable
{
    private readonly ITokenizer _tokenizer;
    private readonly string _folder;
    private readonly string _prefix;
    private readonly int _shardTokens;
    private readonly bool _hasAnswers;
    private readonly List<ShardFile> _full = [];
    private TokenFileWriter? _file;
    private TokenFileWriter? _answers;

    /// <summary>Starts or resumes a split.</summary>
    public SplitWriter(ITokenizer tokenizer, string folder, string prefix, int shardTokens, SplitState? state = null, bool hasAnswers = false)
    {
        (_tokenizer, _folder, _prefix, _shardTokens, _hasAnswers) = (tokenizer, folder, prefix, shardTokens, hasAnswers);
        State = state ?? SplitState.Empty;
        if (State.Shards is [.., { } last])
        {
            _full.AddRange(State.Shards.SkipLast(1));
            _file = TokenFileWriter.Continue(Path.Combine(folder, last.Name), tokenizer.VocabularySize, last.Tokens);
            _answers = hasAnswers ? TokenFileWriter.Continue(Path.Combine(folder, last.AnswersName), ShardFile.AnswerMarks, last.Tokens) : null;
        }

        foreach (string path in Directory.EnumerateFiles(folder, $"{prefix}_*").Where(path => DatasetFolder.IsFileOfShard(Path.GetFileName(path))))
        {
            // What was begun after the state was saved is written again.
            if (!State.Shards.Any(shard => shard.Name == Path.GetFileName(path) || (hasAnswers && shard.AnswersName == Path.GetFileName(path))))
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
            Append([separator], isAnswer: false);
        }
        else if (State.Documents > 0)
        {
            byte[] blank = [.. "\n\n"u8[Math.Min(2, State.LineFeedsAtEnd)..]];
            Write(blank, _tokenizer.Encode(System.Text.Encoding.ASCII.GetString(blank)));
        }

        State = State with { Documents = State.Documents + 1 };
    }

    /// <summary>Appends text of the current document.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="answers">Where the tokens of answers lie among them, ascending.</param>
    public void Write(ReadOnlySpan<byte> utf8, ReadOnlySpan<int> tokens, params IReadOnlyList<Range> answers)
    {
        int end = 0;
        foreach (Range answer in answers)
        {
            Append(tokens[end..answer.Start.Value], isAnswer: false);
            Append(tokens[answer], isAnswer: true);
            end = answer.End.Value;
        }

        Append(tokens[end..], isAnswer: false);
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
        _answers?.Flush();
        return State = State with { Shards = Shards() };
    }

    /// <summary>Ends the last shard and flushes it to the disk. A split without a token has one empty file.</summary>
    public SplitSummary Complete()
    {
        CreateIfNone();
        _answers?.Complete();
        _file.Complete();
        State = State with { Shards = Shards() };
        return new SplitSummary(State.Documents, State.Bytes, State.Shards.Sum(shard => shard.Tokens)) { Shards = State.Shards };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        _answers?.Dispose();
    }

    private void Append(ReadOnlySpan<int> tokens, bool isAnswer)
    {
        while (!tokens.IsEmpty)
        {
            if (_file is { } full && full.Count >= _shardTokens)
            {
                _answers?.Complete();
                full.Complete();
                _full.Add(new ShardFile(Name(_full.Count), full.Count));
                Dispose();
                (_file, _answers) = (null, null);
            }

            CreateIfNone();
            int length = (int)Math.Min(tokens.Length, _shardTokens - _file.Count);
            _file.Write(tokens[..length]);
            _answers?.WriteMany(isAnswer ? 1 : 0, length);
            tokens = tokens[length..];
        }
    }

    private ShardFile[] Shards() => _file is null ? [.. _full] : [.. _full, new ShardFile(Name(_full.Count), _file.Count)];

    [MemberNotNull(nameof(_file))]
    private void CreateIfNone()
    {
        if (_file is null)
        {
            string name = Name(_full.Count);
            _file = TokenFileWriter.Create(Path.Combine(_folder, name), _tokenizer.VocabularySize);
            _answers = _hasAnswers ? TokenFileWriter.Create(Path.Combine(_folder, new ShardFile(name, 0).AnswersName), ShardFile.AnswerMarks) : null;
        }
    }

    private string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}_{index:000000}.bin");
}
