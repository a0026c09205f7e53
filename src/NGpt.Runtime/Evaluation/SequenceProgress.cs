using NGpt.Core.Evaluation;
using NGpt.Core.Numerics;
using NGpt.Runtime.Inference;

namespace NGpt.Runtime.Evaluation;

/// <summary>How far the scoring of one sequence is. The last token is only scored, never processed.</summary>
internal sealed class SequenceProgress(int slot, ReadOnlyMemory<int> tokens, Memory<TokenScore> scores, int? documentStart)
{
    // The first token whose logits are requested: those of the first scored one.
    private readonly int _firstScored = tokens.Length - 1 - scores.Length;
    private int _read;
    private int _document;

    /// <summary>Where its keys and values are.</summary>
    public int Slot => slot;

    /// <summary>Whether all of it is done.</summary>
    public bool IsFinished => _read == tokens.Length - 1;

    /// <summary>Tokens that can be processed at once: either none of them is scored from, or all.</summary>
    public int NextPiece => (_read < _firstScored ? _firstScored : tokens.Length - 1) - _read;

    /// <summary>
    /// The step that processes the next tokens. <paramref name="count"/>: how many, at most <see cref="NextPiece"/>.
    /// </summary>
    public SequenceStep Step(int count) => new(slot, tokens.Slice(_read, count), _read < _firstScored ? LogitRows.None : LogitRows.All);

    /// <summary>Appends the first position that each of the next tokens sees: where its document begins.</summary>
    public void AppendFirstVisible(int count, List<int> firstVisible)
    {
        for (int i = _read; i < _read + count; i++)
        {
            _document = tokens.Span[i] == documentStart ? i : _document;
            firstVisible.Add(_document);
        }
    }

    /// <summary>Scores the token after one of the step's. <paramref name="logits"/>: its logits [V].</summary>
    public void Score(int row, ReadOnlySpan<float> logits)
    {
        int place = _read + row;
        float target = logits[tokens.Span[place + 1]];
        bool isMostLikely = !logits.ContainsAnyExceptInRange(float.NegativeInfinity, target);
        scores.Span[place - _firstScored] = new TokenScore((float)(target - LogSumExp.Of(logits)), isMostLikely);
    }

    /// <summary>Records that tokens were processed.</summary>
    public void Advance(int count) => _read += count;
}
