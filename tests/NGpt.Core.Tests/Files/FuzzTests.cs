using NGpt.Fuzz;

namespace NGpt.Core.Tests.Files;

/// <summary>A shortened run of the fuzzer; <c>benchmarks/NGpt.Fuzz</c> runs as many inputs as one likes.</summary>
public sealed class FuzzTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("safetensors", 2000)]
    [InlineData("gguf", 2000)]
    [InlineData("tokenizer", 2000)]
    public void Damaged_files_are_read_right_or_refused_with_a_clear_error(string target, int inputs)
    {
        // The limit of time is one against endless loops only: how fast a busy machine is says nothing.
        FuzzResult result = new FuzzRun(FuzzTarget.All[target](), seed: 1, _folder.Path, TimeSpan.FromMinutes(1)).Run(0, inputs);
        Assert.Empty(result.Failures.Select(failure => $"input {failure.Number}: {failure.Problem}"));
        Assert.Equal(inputs, result.Inputs);
        Assert.InRange(result.Accepted, inputs / 50, inputs / 2);
    }

    [Theory]
    [InlineData("safetensors")]
    [InlineData("gguf")]
    [InlineData("tokenizer")]
    public void The_files_that_damage_begins_with_are_valid(string target)
    {
        FuzzTarget parser = FuzzTarget.All[target]();
        FuzzResult result = new FuzzRun(parser, seed: 1, _folder.Path, TimeSpan.FromMinutes(1)).Run(0, parser.Seeds.Count);
        Assert.Empty(result.Failures.Select(failure => $"input {failure.Number}: {failure.Problem}"));
        Assert.Equal(parser.Seeds.Count, result.Accepted);
    }

    [Fact]
    public void The_same_seed_and_number_make_the_same_input()
    {
        FuzzRun one = Run(7);
        FuzzRun same = Run(7);
        FuzzRun other = Run(8);
        Assert.All(Enumerable.Range(0, 50), number => Assert.Equal(Bytes(one, number), Bytes(same, number)));
        Assert.InRange(Enumerable.Range(20, 50).Count(number => Bytes(one, number).SequenceEqual(Bytes(other, number))), 0, 5);

        FuzzRun Run(ulong seed) => new(FuzzTarget.All["gguf"](), seed, _folder.Path, TimeSpan.FromMinutes(1));

        static byte[] Bytes(FuzzRun run, int number) => [.. run.Input(number).SelectMany(file => file.Content)];
    }
}
