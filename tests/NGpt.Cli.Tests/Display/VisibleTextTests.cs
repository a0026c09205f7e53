using NGpt.Cli.Display;

namespace NGpt.Cli.Tests.Display;

public sealed class VisibleTextTests
{
    [Fact]
    public void Control_characters_become_visible_and_other_text_stays() =>
        Assert.Equal("a\tb\nc ␛[2J␎␍␀ ␡ \ufffd ä € 😀", VisibleText.Of("a\tb\nc \u001b[2J\u000e\r\0 \u007f \u009b ä € 😀"));

    [Fact]
    public void A_writer_in_memory_is_no_terminal()
    {
        using StringWriter output = new();
        Assert.False(VisibleText.IsNeeded(output));
    }
}
