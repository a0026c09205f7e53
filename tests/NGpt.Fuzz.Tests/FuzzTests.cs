using System.Diagnostics.CodeAnalysis;
using NGpt.Core.Errors;

namespace NGpt.Fuzz.Tests;

/// <summary>A shortened run of the fuzzer; <c>benchmarks/NGpt.Fuzz</c> runs as many inputs as one likes.</summary>
public sealed class FuzzTests : IDisposable
{
    private const int Inputs = 300;

    // The limit of time is one against endless loops only: how fast a busy machine is says nothing.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Targets => [.. FuzzTarget.All.Keys];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Targets))]
    public void Damaged_inputs_are_read_right_or_refused_with_a_clear_error(string name)
    {
        using FuzzTarget target = FuzzTarget.All[name]();
        FuzzResult result = new FuzzRun(target, seed: 1, _folder.Path, Longest).Run(0, Inputs);
        Assert.Empty(result.Failures.Select(failure => $"input {failure.Number}: {failure.Problem}"));
        Assert.Equal(Inputs, result.Inputs);

        // The valid inputs, and some more; of the damaged ones many are refused.
        Assert.InRange(result.Accepted, target.Seeds.Count + 1, Inputs * 3 / 4);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void The_inputs_that_damage_begins_with_are_valid(string name)
    {
        using FuzzTarget target = FuzzTarget.All[name]();
        FuzzResult result = new FuzzRun(target, seed: 1, _folder.Path, Longest).Run(0, target.Seeds.Count);
        Assert.Empty(result.Failures.Select(failure => $"input {failure.Number}: {failure.Problem}"));
        Assert.Equal(target.Seeds.Count, result.Accepted);
    }

    [Fact]
    public void The_same_seed_and_number_make_the_same_input()
    {
        FuzzRun one = Run(7);
        FuzzRun same = Run(7);
        FuzzRun other = Run(8);
        Assert.All(Enumerable.Range(0, 50), number => Assert.Equal(Bytes(one, number), Bytes(same, number)));
        Assert.InRange(Enumerable.Range(20, 50).Count(number => Bytes(one, number).SequenceEqual(Bytes(other, number))), 0, 5);

        FuzzRun Run(ulong seed) => new(FuzzTarget.All["gguf"](), seed, _folder.Path, Longest);

        static byte[] Bytes(FuzzRun run, int number) => [.. run.Input(number).SelectMany(file => file.Content)];
    }

    [Theory]
    [InlineData(nameof(FaultyTarget.Fault.Crashes), "FormatException")]
    [InlineData(nameof(FaultyTarget.Fault.Allocates), "times its limit")]
    [InlineData(nameof(FaultyTarget.Fault.AllocatesElsewhere), "times its limit")]
    [InlineData(nameof(FaultyTarget.Fault.IsSlow), "took ")]
    [InlineData(nameof(FaultyTarget.Fault.Hangs), "did not end")]
    [InlineData(nameof(FaultyTarget.Fault.DisturbsTheTerminal), "control characters")]
    public void A_faulty_parser_is_seen(string fault, string problem)
    {
        using FaultyTarget target = new(Enum.Parse<FaultyTarget.Fault>(fault));
        FuzzResult result = new FuzzRun(target, seed: 1, _folder.Path, TimeSpan.FromMilliseconds(20)).Run(0, 1);
        Assert.Contains(problem, Assert.Single(result.Failures).Problem, StringComparison.Ordinal);
    }

    private sealed class FaultyTarget : FuzzTarget
    {
        private readonly Fault _fault;

        [SetsRequiredMembers]
        public FaultyTarget(Fault fault)
        {
            _fault = fault;
            Seeds = [[new FuzzFile("a", [1])]];
            Words = [];
            FixedBytes = 100_000;
            BytesPerByte = 1;
            CountsAllThreads = fault == Fault.AllocatesElsewhere;
        }

        public enum Fault
        {
            Crashes,
            Allocates,
            AllocatesElsewhere,
            IsSlow,
            Hangs,
            DisturbsTheTerminal,
        }

        public override void Read(string path)
        {
            switch (_fault)
            {
                case Fault.Crashes:
                    throw new FormatException();
                case Fault.Allocates:
                    GC.KeepAlive(new byte[1_000_000]);
                    break;
                case Fault.AllocatesElsewhere:
                    Thread other = new(() => GC.KeepAlive(new byte[1_000_000]));
                    other.Start();
                    other.Join();
                    break;
                case Fault.IsSlow:
                    for (TimeSpan end = Environment.CpuUsage.TotalTime + TimeSpan.FromMilliseconds(60); Environment.CpuUsage.TotalTime < end;)
                    {
                    }

                    break;
                case Fault.Hangs:
                    SpinWait.SpinUntil(() => false, Timeout.Infinite);
                    break;
                default:
                    throw new MultiLineException();
            }
        }

        private sealed class MultiLineException() : NGptException("a")
        {
            public override string Message => "\u001b[2J";
        }
    }
}
