using System.Text.Json;
using NGpt.Cli.Commands;
using NGpt.Cli.Tests.Training;

namespace NGpt.Cli.Tests.Commands;

[Collection(OneAtATime.Name)]
public sealed class BenchCommandTests
{
    private static readonly string[] Small =
    [
        "--layers", "1", "--embedding-width", "64", "--heads", "2", "--vocabulary-size", "131",
        "--rounds", "2", "--context", "5,9", "--prompt", "7", "--tokens", "2", "--threads", "2",
    ];

    [Fact]
    public void A_table_has_a_line_for_each_type_and_context()
    {
        CommandResult result = Bench([.. Small, "--types", "f32,Q8_0"]);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("random weights, nGPT, ", result.Output);
        Assert.Contains("1 layer, 2 heads, width 64, MLP 256, vocabulary 131", result.Output);
        string[] lines = result.Output.Split('\n');
        Assert.Equal(3, lines.Count(line => line.StartsWith("F32 ", StringComparison.Ordinal)));
        Assert.Equal(3, lines.Count(line => line.StartsWith("Q8_0 ", StringComparison.Ordinal)));
        Assert.Contains("Median of 2 rounds", result.Output);
        Assert.Contains("round 2 of 2", result.Error);
    }

    [Fact]
    public void Json_is_the_last_line_of_standard_output_and_the_table_goes_elsewhere()
    {
        CommandResult result = Bench([.. Small, "--types", "NVFP4", "--cache-type", "f32", "--arch", "gpt", "--json"]);
        Assert.Equal((0, 1), (result.ExitCode, result.Output.Count(character => character == '\n')));
        using JsonDocument json = JsonDocument.Parse(result.Output);
        JsonElement type = json.RootElement.GetProperty("types")[0];
        Assert.Equal(("gpt", 64, "NVFP4"), (
            json.RootElement.GetProperty("architecture").GetString(), json.RootElement.GetProperty("embedding_width").GetInt32(), type.GetProperty("type").GetString()));
        Assert.Equal("F32", type.GetProperty("cache_type").GetString());
        Assert.Equal(9, type.GetProperty("decoding")[1].GetProperty("context").GetInt32());
        Assert.True(type.GetProperty("decoding")[1].GetProperty("share_of_read_bandwidth").GetProperty("median").GetDouble() > 0);
        Assert.Contains("decoding", result.Error);
    }

    [Theory]
    [InlineData(2, "--types \"q9\" is none of F32, F16, BF16, Q8_0, Q4_0, NVFP4", "--types", "q9")]
    [InlineData(2, "--context \"x\" is not an integer", "--context", "x")]
    [InlineData(2, "--arch \"bert\" is neither ngpt nor gpt", "--arch", "bert")]
    [InlineData(2, "--cache-type \"f8\" is neither F32 nor F16", "--cache-type", "f8")]
    [InlineData(2, "rounds 0 are outside 1 to 1000", "--rounds", "0")]
    [InlineData(2, "embedding width 64 is not divisible by 5 heads", "--embedding-width", "64", "--heads", "5")]
    [InlineData(2, "none: there is no such folder", "none")]
    public void Wrong_input_is_one_line(int exitCode, string problem, params string[] arguments)
    {
        CommandResult result = Bench(arguments);
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        Assert.StartsWith($"ngpt: {problem}", result.Error);
        Assert.Equal(result.Error.Length, result.Error.IndexOf('\n', StringComparison.Ordinal) + 1);
    }

    private static CommandResult Bench(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = new CommandLine(new BenchCommand()).Run(["bench", .. arguments], output, error);
        return new CommandResult(exitCode, output.ToString(), error.ToString());
    }
}
