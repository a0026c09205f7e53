using NGpt.Core.Errors;

namespace NGpt.Cli.Tests;

public sealed class ErrorLineTests
{
    [Fact]
    public void Failures_that_people_cause_have_message_and_remedy()
    {
        Assert.Equal(new ErrorLine("a is wrong. Do b", 2), ErrorLine.Of(new UsageException("a is wrong", "Do b")));
        Assert.Equal(new ErrorLine("a is wrong", 1), ErrorLine.Of(new NGptException("a is wrong")));
        Assert.Equal(new ErrorLine("f: torn. Do b", 1), ErrorLine.Of(new FileFormatException("f", "torn", "Do b")));
    }

    [Fact]
    public void Lack_of_memory_is_named_whoever_reports_it()
    {
        const string expected = "out of memory. Give a smaller --batch-size, or a smaller model (--preset, --embedding-width, --context-length)";
        Assert.Equal(expected, ErrorLine.Of(new InsufficientMemoryException()).Text);
        Assert.Equal(expected, ErrorLine.Of(new InvalidOperationException("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.")).Text);
        Assert.Equal(expected, ErrorLine.Of(new InvalidOperationException("CUDA out of memory.")).Text);
    }

    [Fact]
    public void A_denied_file_is_named_with_a_remedy() =>
        Assert.Equal("Access to '/x' is denied. Check the owner and the permissions", ErrorLine.Of(new UnauthorizedAccessException("Access to '/x' is denied.")).Text);

    [Fact]
    public void A_wrapped_failure_is_unwrapped()
    {
        Assert.Equal(new ErrorLine("a", 2), ErrorLine.Of(new AggregateException(new UsageException("a"))));
        Assert.Equal(new ErrorLine("a", 1), ErrorLine.Of(new TypeInitializationException("T", new NGptException("a"))));
    }

    [Fact]
    public void Anything_unexpected_is_one_line()
    {
        ErrorLine line = ErrorLine.Of(new InvalidOperationException("first\r\n   second."));
        Assert.Equal(new ErrorLine("internal error: InvalidOperationException: first second; run with --verbose to see where", 1), line);
    }
}
