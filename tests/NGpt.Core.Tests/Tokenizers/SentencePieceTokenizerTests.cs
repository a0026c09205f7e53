using System.Buffers;
using System.Text;
using CsCheck;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Fuzz.Targets;

namespace NGpt.Core.Tests.Tokenizers;

public sealed class SentencePieceTokenizerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Every_valid_text_survives_the_round_trip(int modelType)
    {
        ITokenizer tokenizer = Load(SentencePieceModel.Sample(modelType: modelType));
        Gen.OneOf(SampleText.Any, Gen.OneOf(Gen.Const("hello the "), Gen.Const("  "), Gen.Const("</s><0x41>")).Array.Select(parts => string.Concat(parts))).Sample(
            text =>
            {
                // The mark of a space, and halves of a pair, are the same as something else.
                string plain = string.Concat(text.Where(c => c != '\u2581' && !char.IsSurrogate(c)));
                Assert.Equal(plain, tokenizer.Decode(tokenizer.Encode(plain)));
            },
            iter: 1000);
    }

    [Fact]
    public void A_space_is_put_before_a_text_but_not_before_its_continuation()
    {
        var tokenizer = (SentencePieceTokenizer)Load(SentencePieceModel.Sample());
        Assert.Equal([" hello", " the"], tokenizer.Encode("hello the").Select(id => Encoding.UTF8.GetString(tokenizer.TokenBytes(id))));
        var tokens = new ArrayBufferWriter<int>();
        tokenizer.EncodeContinuation("he the"u8, tokens);
        Assert.Equal(["he", " the"], tokens.WrittenSpan.ToArray().Select(id => Encoding.UTF8.GetString(tokenizer.TokenBytes(id))));
        Assert.True(tokenizer.AddsLeadingSpace);
        Assert.Equal("the", tokenizer.Decode(tokenizer.Encode("the")));
    }

    [Fact]
    public void Of_equal_scores_the_leftmost_merges_first()
    {
        byte[] model = SentencePieceModel.Of(modelType: 2, hasBytes: true, ("aa", -1), ("\u2581", -2), ("a", -3));
        Assert.Equal(["\u2581", "aa", "a"], Pieces(model, "aaa"));
        Assert.Equal(["\u2581", "aa", "aa"], Pieces(model, "aaaa"));
    }

    [Fact]
    public void Only_what_has_no_piece_becomes_bytes()
    {
        // No piece is a space alone.
        byte[] model = SentencePieceModel.Of(modelType: 2, hasBytes: true, ("he", -1), ("h", -2), ("e", -3));
        Assert.Equal(["<0xE2>", "<0x96>", "<0x81>", "<0xE2>", "<0x96>", "<0x81>", "he"], Pieces(model, " he"));
    }

    [Fact]
    public void Text_that_a_person_writes_cannot_become_a_control_piece()
    {
        foreach (int modelType in new[] { 1, 2 })
        {
            Assert.DoesNotContain(2, Load(SentencePieceModel.Sample(modelType: modelType)).Encode("</s> the </s>"));
        }
    }

    [Fact]
    public void A_long_text_without_a_place_to_cut_takes_no_quadratic_time()
    {
        byte[] model = SentencePieceModel.Of(modelType: 2, hasBytes: true, ("aa", -1), ("aaaa", -2), ("\u2581", -3), ("a", -4));
        int[] tokens = Load(model).Encode(new string('a', 400_000));
        Assert.Equal(100_001, tokens.Length);
    }

    [Fact]
    public void Control_pieces_stand_for_no_bytes_and_end_of_text_is_known()
    {
        ITokenizer tokenizer = Load(SentencePieceModel.Sample());
        Assert.Equal(("sentencepiece", 2), (tokenizer.Name, tokenizer.EndOfText));
        Assert.All([1, 2], id => Assert.True(tokenizer.TokenBytes(id).IsEmpty));
        Assert.Equal(" \u2047 ", tokenizer.Decode([0]));
        Assert.Equal([0x41], tokenizer.TokenBytes(3 + 0x41).ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Without_bytes_a_character_without_piece_is_named_or_unknown(int modelType)
    {
        var tokenizer = (SentencePieceTokenizer)Load(SentencePieceModel.Sample(hasBytes: false, modelType));
        Assert.Equal("hello the", tokenizer.Decode(tokenizer.Encode("hello the")));
        string problem = Assert.Throws<UsageException>(() => tokenizer.Encode("the\nthe é")).Message;
        Assert.Contains("(U+000A) at position 3 (line 1)", problem, StringComparison.Ordinal);
        Assert.Contains("'é' (U+00E9) at position 4 (line 1)", Assert.Throws<UsageException>(() => tokenizer.Encode("the é")).Message, StringComparison.Ordinal);
        var tokens = new ArrayBufferWriter<int>();
        tokenizer.EncodeWithUnknown("the éé"u8, tokens);
        Assert.Single(tokens.WrittenSpan.ToArray(), id => id == tokenizer.Unknown);
        Assert.Null(tokenizer.FindUnknown("the"u8));
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

    [Fact]
    public void Models_that_contradict_themselves_are_refused_with_one_line()
    {
        Refused("twice", SentencePieceModel.Of(2, false, ("a", -1), ("a", -2)));
        Refused("empty", SentencePieceModel.Of(2, false, ("", -1)));
        Refused("not finite", SentencePieceModel.Of(2, false, ("a", float.NaN)));
        Refused("words", SentencePieceModel.Of(3, false, ("a", -1)));
        Refused("no byte fallback", SentencePieceModel.Of(2, false, "<0x41>", 6));
        Refused("0 of 256", SentencePieceModel.Of(2, hasByteFallback: true, "a", 1));
        Refused("both stand for unknown", SentencePieceModel.Of(2, false, "x", 2));
        Refused("decoded text", [.. SentencePieceModel.Sample(), (5 << 3) | 2, 3, (2 << 3) | 2, 1, 0]);
    }

    [Fact]
    public void Damaged_character_maps_are_refused_and_those_that_lead_in_circles_are_harmless()
    {
        Refused("character map", SentencePieceModel.WithMap([1, 0, 0]));
        Refused("character map", SentencePieceModel.WithMap([0xFF, 0xFF, 0xFF, 0x7F, 0, 0, 0, 0]));
        // One inner unit whose leaf lies outside.
        Refused("character map", SentencePieceModel.WithMap([4, 0, 0, 0, 0x00, 0xFF, 0xFF, 0x0F, 0]));
        // A replacement without an end, longer than any that occurs.
        Refused("character map", SentencePieceModel.WithMap([8, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0x80, .. new byte[10_000].Select(_ => (byte)'x')]));
        // Every unit leads to itself by the byte 'a'.
        byte[] circle = [.. Enumerable.Range(0, 256).SelectMany(i => BitConverter.GetBytes((uint)('a' | (('a' ^ i ^ (i ^ 'a')) << 10))))];
        ITokenizer tokenizer = Load(SentencePieceModel.WithMap([0, 4, 0, 0, .. circle, 0]));
        Assert.Equal(new string('a', 300_000), tokenizer.Decode(tokenizer.Encode(new string('a', 300_000))));
    }

    private void Refused(string problem, byte[] model)
    {
        string message = Assert.Throws<FileFormatException>(() => Load(model)).Message;
        Assert.Contains(problem, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    private string[] Pieces(byte[] model, string text)
    {
        ITokenizer tokenizer = Load(model);
        return [.. tokenizer.Encode(text).Select(id => tokenizer.TokenBytes(id) is [> 127 and var value] ? $"<0x{value:X2}>" : Encoding.UTF8.GetString(tokenizer.TokenBytes(id)).Replace(' ', '\u2581'))];
    }

    private ITokenizer Load(byte[] model) => TokenizerFile.Load(_folder.Write("tokenizer.model", model));
}
