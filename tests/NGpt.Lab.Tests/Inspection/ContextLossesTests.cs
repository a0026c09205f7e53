using NGpt.Core.Configuration;
using NGpt.Core.Data;
using NGpt.Core.Errors;
using NGpt.Lab.Inspection;
using NGpt.Lab.Inspection.Sections;
using NGpt.Torch.Models;
using static TorchSharp.torch;

namespace NGpt.Lab.Tests.Inspection;

public sealed class ContextLossesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Architecture.NGpt, 1)]
    [InlineData(Architecture.Gpt, 5)]
    [InlineData(Architecture.NGpt, 1000)]
    public void Losses_by_position_are_those_of_the_plain_forward_pass(Architecture architecture, int positionsAtOnce)
    {
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        using LanguageModel model = TestModels.Create(architecture);
        // Longer than the context of training, and no multiple of the part.
        int[][] windows = [TestModels.Tokens(32, 1), TestModels.Tokens(32, 2), TestModels.Tokens(32, 3)];
        int[] bytes = [.. Enumerable.Range(0, 37).Select(token => token % 4)];
        ContextLosses losses = ContextLosses.Measure(model, windows, 31, bytes, 37 * positionsAtOnce, Stop);
        double[] nats = new double[31];
        long[] predicted = new long[31];
        foreach (int[] window in windows)
        {
            Tensor tokens = tensor([.. window[..31].Select(token => (long)token)], [1, 31]);
            Tensor logProbabilities = nn.functional.log_softmax(model.forward(tokens), 2);
            for (int position = 0; position < 31; position++)
            {
                nats[position] -= logProbabilities[0, position, window[position + 1]].item<double>();
                predicted[position] += bytes[window[position + 1]];
            }
        }

        Assert.Equal((31, 3), (losses.Length, losses.Windows));
        Assert.Equal(predicted, losses.Bytes);
        Assert.All(Enumerable.Range(0, 31), position => Assert.Equal(nats[position], losses.Nats[position], 1e-11));
        Assert.Equal(nats.Sum() / 93, losses.Loss, 1e-12);
        Assert.Equal(nats[4..9].Sum() / 15, losses.LossBetween(4, 9), 1e-12);
        Assert.Equal(nats[4..9].Sum() / Math.Log(2) / predicted[4..9].Sum(), losses.BitsPerByteBetween(4, 9), 1e-12);
        Assert.Equal(nats.Sum() / Math.Log(2) / predicted.Sum(), losses.BitsPerByte, 1e-12);
    }

    [Fact]
    public void The_same_tokens_are_predicted_at_every_length()
    {
        int[] tokens = [.. Enumerable.Range(0, 6 * 40)];
        using TokenShards shards = Open(tokens);
        HeldOutWindows windows = new(shards, 7, 3);
        Assert.Equal([7, 14, 28, 56], windows.Lengths);
        Assert.Empty(windows.SkippedLengths);
        Assert.Equal((3, 168), (windows.Count, windows.Tokens));
        int[] predicted = [.. windows.Of(56).SelectMany(window => window[1..])];
        Assert.Equal(168, predicted.Distinct().Count());
        foreach (int length in windows.Lengths)
        {
            int[][] cut = [.. windows.Of(length)];
            Assert.Equal(168 / length, cut.Length);
            Assert.All(cut, window => Assert.Equal(Enumerable.Range(window[0], length + 1), window));
            Assert.Equal(predicted, cut.SelectMany(window => window[1..]));
        }

        int[][] some = [.. windows.Sample(5)];
        Assert.Equal(5, some.Select(window => window[0]).Distinct().Count());
        Assert.True(some[4][0] > 130);
        Assert.Equal(24, windows.Sample(1000).Count());
    }

    [Theory]
    [InlineData(57, 56, "")]
    [InlineData(56, 28, "the held-out data has 56 tokens")]
    [InlineData(28, 14, "the held-out data has 28 tokens")]
    [InlineData(8, 7, "the held-out data has 8 tokens")]
    public void Lengths_for_which_the_text_is_too_short_are_skipped(int count, int longest, string reason)
    {
        using TokenShards shards = Open([.. Enumerable.Range(0, count)]);
        HeldOutWindows windows = new(shards, 7, 3);
        Assert.Equal((longest, reason), (windows.Lengths[^1], windows.SkipReason));
        Assert.Equal([7L, 14, 28, 56], windows.Lengths.Select(length => (long)length).Concat(windows.SkippedLengths));
        Assert.Equal(longest + 1, Assert.Single(windows.Of(longest)).Length);
    }

    [Fact]
    public void Text_that_is_shorter_than_one_window_is_rejected()
    {
        using TokenShards shards = Open([1, 2, 3, 4, 5, 6, 7]);
        Assert.Contains("7 tokens", Assert.Throws<UsageException>(() => new HeldOutWindows(shards, 7, 3)).Message);
    }

    [Fact]
    public void Ranges_of_positions_cover_every_position_once()
    {
        foreach (int length in (int[])[1, 2, 13, 2048])
        {
            (int First, int End)[] ranges = [.. ContextSection.Ranges(length)];
            Assert.Equal(Enumerable.Range(0, length), ranges.SelectMany(range => Enumerable.Range(range.First, range.End - range.First)));
        }

        Assert.InRange(ContextSection.Ranges(2048).Count(), 20, 60);
    }

    private TokenShards Open(int[] tokens)
    {
        byte[] raw = [.. tokens.SelectMany(token => BitConverter.GetBytes((ushort)token))];
        return TokenShards.Open(_folder.Write("val.bin", raw));
    }
}
