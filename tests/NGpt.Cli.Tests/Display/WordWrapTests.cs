using NGpt.Cli.Display;

namespace NGpt.Cli.Tests.Display;

public sealed class WordWrapTests
{
    [Theory]
    [InlineData("the unit sphere", "the unit \nsphere")]
    [InlineData("a\nb c", "a\nb c")]
    [InlineData("hypersphere unit", "hypersphere unit")]
    [InlineData("", "")]
    public void Lines_break_between_words_however_the_text_arrives(string text, string expected)
    {
        using StringWriter output = new() { NewLine = "\n" };
        WordWrap wrap = new(output, 10);
        foreach (char letter in text)
        {
            wrap.Write($"{letter}");
        }

        wrap.Flush();
        Assert.Equal(expected, output.ToString());
    }
}
