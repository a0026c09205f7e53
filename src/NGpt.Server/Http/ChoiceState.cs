using System.Text;
using NGpt.Core.Tokenizers;
using NGpt.Server.Scheduling;

namespace NGpt.Server.Http;

/// <summary>One text of an answer as far as it is written.</summary>
internal sealed class ChoiceState(int index, ITokenizer tokenizer)
{
    private readonly Utf8StreamDecoder _decoder = new();

    /// <summary>Its number.</summary>
    public int Index => index;

    /// <summary>Text that was not written yet.</summary>
    public StringBuilder Text { get; } = new();

    /// <summary>Scored tokens that were not written yet.</summary>
    public List<TokenScore> Scores { get; } = [];

    /// <summary>The end, once it is known.</summary>
    public SequenceEnd? End { get; private set; }

    /// <summary>Whether something of it was written.</summary>
    public bool HasBegun { get; set; }

    /// <summary>Where the next scored token begins, in characters (Unicode code points) from the beginning of the text.</summary>
    public int Offset { get; private set; }

    /// <summary>Takes what is new.</summary>
    public void Take(GenerationEvent news)
    {
        Text.Append(news.Text);
        Scores.AddRange(news.Scores);
        End = news.End ?? End;
    }

    /// <summary>Forgets what has been written.</summary>
    public void Clear()
    {
        Text.Clear();
        Scores.Clear();
        HasBegun = true;
    }

    /// <summary>Steps over a token; a character counts with the token that completes it.</summary>
    public void Pass(int token)
    {
        foreach (Rune _ in _decoder.Append(TokenText.Bytes(tokenizer, token)).EnumerateRunes())
        {
            Offset++;
        }
    }
}
