using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Torch.Training;

namespace NGpt.Torch.Tests.Training;

public sealed class CompatibilityTests
{
    [Fact]
    public void Different_tokenizers_are_rejected_with_the_kind_and_size_of_both()
    {
        CharacterTokenizer letters = new(Enumerable.Range('a', 26).Select(letter => new System.Text.Rune(letter)), hasEndOfText: true);
        CharacterTokenizer capitals = new(Enumerable.Range('A', 26).Select(letter => new System.Text.Rune(letter)), hasEndOfText: true);
        Compatibility.RequireSameTokenizer(letters, TokenFolder.Tokenizer, "run");
        Assert.Equal(
            "run has another tokenizer than the data: both are characters with 27 tokens, but token 0 is 'a' for the model and 'A' for the data",
            Assert.Throws<UsageException>(() => Compatibility.RequireSameTokenizer(capitals, letters, "run")).Message);
        CharacterTokenizer fewer = new(Enumerable.Range('a', 25).Select(letter => new System.Text.Rune(letter)), hasEndOfText: true);
        Assert.EndsWith(
            "model: characters, 27 tokens; data: characters, 26 tokens",
            Assert.Throws<UsageException>(() => Compatibility.RequireSameTokenizer(fewer, letters, "run")).Message);
    }
}
