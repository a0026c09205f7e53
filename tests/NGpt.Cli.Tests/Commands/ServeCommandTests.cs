using NGpt.Cli.Commands;

namespace NGpt.Cli.Tests.Commands;

public sealed class ServeCommandTests
{
    [Theory]
    [InlineData(2, "MODEL")]
    [InlineData(2, "unknown chat template llama", "model", "--chat-template", "llama")]
    [InlineData(2, "--timeout 0 is below 1", "model", "--timeout", "0")]
    [InlineData(2, "--threads: must be between 1 and 1024, not 0", "model", "--threads", "0")]
    [InlineData(2, "the port 99999 is outside", "model", "--port", "99999")]
    [InlineData(2, "0 slots are outside", "model", "--slots", "0")]
    [InlineData(2, "example.org is not a valid IP address", "model", "--host", "example.org")]
    [InlineData(2, "--api-key is empty: an empty key would let everybody in", "model", "--api-key", "")]
    [InlineData(2, "no-such-model", "no-such-model", "--port", "0")]
    public void What_is_wrong_is_one_line(int code, string message, params string[] arguments)
    {
        (int found, string error) = Run(arguments);
        Assert.Equal(code, found);
        Assert.Contains(message, error, StringComparison.OrdinalIgnoreCase);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Accepting_other_machines_without_a_key_is_warned_of()
    {
        Assert.Contains("0.0.0.0 accepts connections from other machines", Run("model", "--host", "0.0.0.0", "--port", "99999").Error, StringComparison.Ordinal);
        Assert.DoesNotContain("accepts connections from other machines", Run("model", "--host", "0.0.0.0", "--port", "99999", "--api-key", "k").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_below_the_number_of_slots_is_raised_with_a_warning()
    {
        Assert.Contains("--batch 2 is raised to 5", Run("model", "--batch", "2", "--slots", "5", "--port", "99999").Error, StringComparison.Ordinal);
        Assert.DoesNotContain("--batch", Run("model", "--batch", "5", "--slots", "5", "--port", "99999").Error, StringComparison.Ordinal);
    }

    private static (int Code, string Error) Run(params string[] arguments)
    {
        StringWriter error = new();
        int code = new CommandLine(new ServeCommand()).Run(["serve", .. arguments], TextWriter.Null, error);
        return (code, error.ToString());
    }
}
