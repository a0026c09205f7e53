using System.Text;
using NGpt.Core.Data;
using NGpt.Core.Tokenizers;

namespace NGpt.Torch.Tests.Training;

/// <summary>Token files of short documents in a temporary folder, each document behind an end-of-text token.</summary>
internal sealed class TokenFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<TokenShards> _opened = [];

    /// <summary>26 letters, and the end-of-text token behind them.</summary>
    public static ITokenizer Tokenizer { get; } = new CharacterTokenizer(Enumerable.Range('a', 26).Select(letter => new Rune(letter)), hasEndOfText: true);

    public static int EndOfText => Tokenizer.EndOfText!.Value;

    public string File(params string[] names) => _folder.File(names);

    /// <summary>Writes documents of 0 to 24 letters that can be learned a little, and opens them.</summary>
    public TokenShards Documents(int tokens, int seed)
    {
        Random random = new(seed);
        List<int> all = [];
        while (all.Count < tokens)
        {
            all.Add(EndOfText);
            int letter = random.Next(26);
            all.AddRange(Enumerable.Range(0, random.Next(25)).Select(i => (letter + (i * (1 + random.Next(2)))) % 26));
        }

        return Open([.. all.Take(tokens)]);
    }

    /// <summary>Writes tokens and opens them.</summary>
    public TokenShards Open(params int[] tokens)
    {
        string path = File($"{_opened.Count}.bin");
        using (TokenFileWriter writer = TokenFileWriter.Create(path, 65_536))
        {
            writer.Write(tokens);
            writer.Complete();
        }

        TokenShards shards = TokenShards.Open(path);
        _opened.Add(shards);
        return shards;
    }

    public void Dispose()
    {
        _opened.ForEach(shards => shards.Dispose());
        _folder.Dispose();
    }
}
