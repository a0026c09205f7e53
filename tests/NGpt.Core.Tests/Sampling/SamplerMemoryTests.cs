using NGpt.Core.Generation;
using NGpt.Core.Sampling;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Tests.Sampling;

public sealed class SamplerMemoryTests
{
    [Fact]
    public void Samplers_that_share_memory_give_the_tokens_that_they_give_alone()
    {
        const int Size = 301;
        Random random = new(11);
        SamplingOptions[] settings =
        [
            new() { Seed = 1, RepeatPenalty = 1.5, FrequencyPenalty = 0.3 },
            new() { Seed = 2, Temperature = 1, TopK = 0, TopP = 1, MinP = 0 },
            new() { Seed = 3, Temperature = 0, PresencePenalty = 2 },
            new() { Seed = 4, Temperature = 1, TopK = 0, TopP = 0.7, MinP = 0.01 },
        ];
        SamplerMemory memory = new(Size);
        TokenSampler[] sharing = [.. settings.Select(options => new TokenSampler(options, memory))];
        TokenSampler[] alone = [.. settings.Select(options => new TokenSampler(options, Size))];
        for (int round = 0; round < 50; round++)
        {
            for (int i = 0; i < settings.Length; i++)
            {
                float[] logits = [.. Enumerable.Range(0, Size).Select(_ => random.NextSingle() * 4)];
                int[] history = [.. Enumerable.Range(0, 20).Select(_ => random.Next(40))];
                Assert.Equal(alone[i].Sample(logits, history), sharing[i].Sample(logits, history));
            }
        }
    }

    [Fact]
    public void A_text_in_shared_memory_allocates_nothing_of_the_size_of_the_vocabulary()
    {
        const int Size = 1 << 20;
        SamplerMemory memory = new(Size);
        ByteTokenizer tokenizer = new();
        Begin();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Begin();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Size / 64);

        void Begin() => _ = new GenerationState(tokenizer, new SamplingOptions(), memory, [1, 2, 3]);
    }
}
