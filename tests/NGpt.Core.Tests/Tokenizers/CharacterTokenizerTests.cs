using System.Text;
using CsCheck;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Tests.Tokenizers;

public sealed class CharacterTokenizerTests
{
    private static CharacterTokenizer Of(string text) => new(text.EnumerateRunes());

    [Fact]
    public void Ids_follow_the_code_points()
    {
        CharacterTokenizer tokenizer = Of("zé\nz🙂a");
        Assert.Equal(5, tokenizer.VocabularySize);
        Assert.Equal([0, 1, 2, 3, 4], tokenizer.Encode("\nazé🙂"));
        Assert.Equal("🙂".EnumerateRunes().Single(), tokenizer.Character(4));
    }

    [Fact]
    public void Every_text_survives_the_round_trip_with_its_own_vocabulary() => Gen.String.Where(text => text.Length > 0).Sample(text =>
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        string clean = Encoding.UTF8.GetString(utf8);
        var builder = new CharacterVocabularyBuilder();
        builder.Add(utf8);
        CharacterTokenizer tokenizer = builder.Build();
        int[] tokens = tokenizer.Encode(clean);
        return tokenizer.Decode(tokens) == clean && tokens.Length == clean.EnumerateRunes().Count();
    });

    [Fact]
    public void A_character_outside_the_vocabulary_is_named_with_code_point_and_position()
    {
        UsageException error = Assert.Throws<UsageException>(() => Of("abé").Encode("éaü"));
        Assert.Contains("'ü'", error.Message, StringComparison.Ordinal);
        Assert.Contains("U+00FC", error.Message, StringComparison.Ordinal);
        Assert.Contains("position 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("U+1F642", Assert.Throws<UsageException>(() => Of("ab").Encode("a🙂")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_characters_are_refused()
    {
        IEnumerable<Rune> all = Enumerable.Range(0x1_0000, CharacterTokenizer.MaxVocabularySize + 1).Select(value => new Rune(value));
        Assert.Throws<UsageException>(() => new CharacterTokenizer(all));
        Assert.Equal(CharacterTokenizer.MaxVocabularySize, new CharacterTokenizer(all.Skip(1)).VocabularySize);
        Assert.Throws<UsageException>(() => new CharacterTokenizer([]));
    }
}
