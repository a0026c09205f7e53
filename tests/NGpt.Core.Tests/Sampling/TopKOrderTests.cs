using NGpt.Core.Numerics;
using NGpt.Core.Sampling;

namespace NGpt.Core.Tests.Sampling;

public sealed class TopKOrderTests
{
    public static TheoryData<string> Orders => ["ascending", "descending", "organ pipe", "shuffled", "all equal"];

    [Theory]
    [MemberData(nameof(Orders))]
    public void Top_k_keeps_the_largest_whatever_the_order_of_the_logits(string order)
    {
        const int Size = 5003;
        Random random = new(3);
        float[] logits = order switch
        {
            "ascending" => [.. Enumerable.Range(0, Size).Select(i => i * 0.001f)],
            "descending" => [.. Enumerable.Range(0, Size).Select(i => -i * 0.001f)],
            "organ pipe" => [.. Enumerable.Range(0, Size).Select(i => Math.Min(i, Size - i) * 0.001f)],
            "shuffled" => [.. Enumerable.Range(0, Size).Select(_ => random.NextSingle())],
            _ => new float[Size],
        };
        foreach (int k in (int[])[1, 2, 63, 64, 65, 2500, Size - 1])
        {
            SamplingOptions options = new() { Temperature = 1, TopK = k, TopP = 1, MinP = 0, Seed = 9 };
            TokenSampler sampler = new(options, Size);
            SplitMix64 stream = new(9);
            for (int i = 0; i < 5; i++)
            {
                Assert.Equal(ReferenceSampler.Sample(options, logits, [], stream), sampler.Sample(logits, []));
            }
        }
    }
}
