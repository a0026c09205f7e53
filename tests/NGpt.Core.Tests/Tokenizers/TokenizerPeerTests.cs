using System.Text.RegularExpressions;
using CsCheck;
using Microsoft.ML.Tokenizers;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Tests.Tokenizers;

/// <summary>Microsoft.ML.Tokenizers, given the same vocabulary, gives the same tokens.</summary>
public sealed class TokenizerPeerTests : IDisposable
{
    private static readonly BytePairTokenizer Ours = SampleText.Trained(SplitPattern.Gpt2, 800);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void BpeTokenizer_gives_the_same_tokens()
    {
        TokenizerPeers.WriteVocabularyAndMerges(Ours, _folder);
        var options = new BpeOptions(_folder.File("vocab.json"), _folder.File("merges.txt"))
        {
            ByteLevel = true,
            PreTokenizer = new RegexPreTokenizer(new Regex(SplitPattern.Gpt2.Expression), null),
        };
        Compare(BpeTokenizer.Create(options));
    }

    [Fact]
    public void TiktokenTokenizer_gives_the_same_tokens() => Compare(TiktokenTokenizer.Create(
        new MemoryStream(TokenizerPeers.Tiktoken(Ours)), new RegexPreTokenizer(new Regex(SplitPattern.Gpt2.Expression), null), null));

    private static void Compare(Tokenizer peer) => Gen.OneOf(SampleText.Any, Gen.Int[0, 1000].Select(seed => SampleText.Of(50, seed))).Sample(
        text =>
        {
            // Its engine takes letters beyond the basic plane for signs.
            string plain = string.Concat(text.Where(character => !char.IsSurrogate(character)));
            Assert.Equal(peer.EncodeToIds(plain, considerPreTokenization: true, considerNormalization: false), Ours.Encode(plain));
        },
        iter: 1000);
}
