using System.Text;
using CsCheck;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Fuzz.Targets;
using Peer = Microsoft.ML.Tokenizers.SentencePieceTokenizer;

namespace NGpt.Core.Tests.Tokenizers;

public sealed class SentencePieceTokenizerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Every_byte_string_survives_the_round_trip(int modelType)
    {
        ITokenizer tokenizer = Load(SentencePieceModel.Sample(modelType: modelType));
        Gen.OneOf(SampleText.AnyBytes, Gen.OneOf(Gen.Const("hello the "), Gen.Const("  "), Gen.Const("▁"), Gen.Const("</s><0x41>")).Array.Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts)))).Sample(
            bytes => Assert.Equal(bytes, BytePairTokenizerTests.Bytes(tokenizer, BytePairTokenizerTests.Encode(tokenizer, bytes))),
            iter: 1000);
    }

    [Fact]
    public void Tokens_are_the_librarys_where_the_text_begins_with_a_space()
    {
        byte[] model = SentencePieceModel.Sample();
        ITokenizer tokenizer = Load(model);
        Peer peer = Peer.Create(new MemoryStream(model), addBeginningOfSentence: false, addEndOfSentence: false);
        foreach (string text in new[] { "hello", "the hello", "hello in the hall", "the  tin", "é hello" })
        {
            Assert.Equal(peer.EncodeToIds(text), tokenizer.Encode(" " + text));
        }

        Assert.Equal([" hello", " the"], tokenizer.Encode(" hello the").Select(id => tokenizer.Decode([id])));
    }

    [Fact]
    public void Control_pieces_stand_for_no_bytes_and_end_of_text_is_known()
    {
        ITokenizer tokenizer = Load(SentencePieceModel.Sample());
        Assert.Equal(("sentencepiece", 2), (tokenizer.Name, tokenizer.EndOfText));
        Assert.All([0, 1, 2], id => Assert.True(tokenizer.TokenBytes(id).IsEmpty));
        Assert.Equal([0x41], tokenizer.TokenBytes(3 + 0x41).ToArray());
    }

    [Fact]
    public void Without_bytes_what_has_no_piece_is_refused()
    {
        ITokenizer tokenizer = Load(SentencePieceModel.Sample(hasBytes: false));
        Assert.Equal("hello the", tokenizer.Decode(tokenizer.Encode("hello the")));
        Assert.Contains("é", Assert.Throws<UsageException>(() => tokenizer.Encode("the é")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_model_is_kept_in_our_own_file()
    {
        byte[] model = SentencePieceModel.Sample();
        string path = _folder.File("tokenizer.json");
        TokenizerFile.Save(Load(model), path);
        SentencePieceTokenizer loaded = Assert.IsType<SentencePieceTokenizer>(TokenizerFile.Load(path));
        Assert.Equal(model, loaded.Model.ToArray());
    }

    [Fact]
    public void Damaged_models_are_refused()
    {
        byte[] model = SentencePieceModel.Sample();
        foreach (byte[] damaged in new byte[][] { model[..^1], [0x0A], [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0x0A, 0x00], [.. model, 0x0F] })
        {
            Assert.Throws<FileFormatException>(() => Load(damaged));
        }
    }

    private ITokenizer Load(byte[] model) => TokenizerFile.Load(_folder.Write("tokenizer.model", model));
}
