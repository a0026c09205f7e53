using System.Text;
using CsCheck;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Tests.Tokenizers;

public sealed class BytePairTrainerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Merges_are_those_of_the_plain_way() => Gen.Select(Gen.Int[1, 10_000], Gen.Int[0, 2].Select(index => new[] { SplitPattern.Gpt2, SplitPattern.Gpt4, SplitPattern.None }[index]), SampleText.AnyBytes).Sample(
        (seed, pattern, odd) =>
        {
            // Words are read as a whole up to 64 bytes, and place by place beyond.
            Random random = new(seed);
            string longWords = string.Join(' ', Enumerable.Range(0, 3).Select(_ => new string([.. Enumerable.Range(0, random.Next(60, 200)).Select(_ => "aab"[random.Next(3)])])));
            byte[] text = [.. odd, .. Encoding.UTF8.GetBytes(SampleText.Of(40, seed) + longWords), .. " aaaaaaa aaaa aaa ababab"u8, .. odd];
            // A piece is counted as a whole up to this length.
            text = pattern == SplitPattern.None ? text[..Math.Min(1024, text.Length)] : text;
            using var trainer = new BytePairTrainer(pattern, threads: 1);
            trainer.Add(text, Stop);
            BytePairTokenizer tokenizer = trainer.Train(316, hasEndOfText: false, cancellationToken: Stop);
            Assert.Equal(ReferenceBytePairs.Train(text, pattern, 60), tokenizer.Merges);
            Assert.Equal(BytePairTokenizerTests.Encode(tokenizer, text).LongLength, trainer.TextTokens);
        },
        iter: 100);

    [Fact]
    public void Threads_and_the_order_of_documents_change_nothing()
    {
        byte[][] documents = [.. Enumerable.Range(0, 30).Select(seed => Encoding.UTF8.GetBytes(SampleText.Of(5_000 * (1 + (seed % 7)), seed)))];
        BytePairTokenizer expected = Train(documents, threads: 1);
        Assert.Equal(1200, expected.VocabularySize);
        Assert.Equal(expected.Merges, Train(documents, threads: 5).Merges);
        Assert.Equal(expected.Merges, Train([.. documents.Reverse()], threads: 2).Merges);

        static BytePairTokenizer Train(byte[][] documents, int threads)
        {
            using var trainer = new BytePairTrainer(SplitPattern.Gpt4, threads);
            foreach (byte[] document in documents)
            {
                trainer.Add(document, Stop);
            }

            return trainer.Train(1200, cancellationToken: Stop);
        }
    }

    [Fact]
    public void A_long_document_is_cut_between_words()
    {
        byte[] text = Encoding.UTF8.GetBytes(SampleText.Of(400_000, seed: 3));
        Assert.True(text.Length > 2 << 20);
        using var whole = new BytePairTrainer(SplitPattern.Gpt2, threads: 3);
        whole.Add(text, Stop);
        using var parts = new BytePairTrainer(SplitPattern.Gpt2, threads: 3);
        int start = 0;
        while (start < text.Length)
        {
            int end = Math.Min(text.Length, start + 100_000);
            while (end < text.Length && !(text[end] == (byte)' ' && text[end - 1] > (byte)' '))
            {
                end++;
            }

            parts.Add(text.AsSpan(start, end - start), Stop);
            start = end;
        }

        Assert.Equal(text.Length, whole.TextBytes);
        Assert.Equal(parts.Train(800, cancellationToken: Stop).Merges, whole.Train(800, cancellationToken: Stop).Merges);
    }

    [Fact]
    public void Ids_are_bytes_then_merges_then_end_of_text()
    {
        BytePairTokenizer tokenizer = SampleText.Trained(SplitPattern.Gpt2, 400);
        Assert.Equal(400, tokenizer.VocabularySize);
        Assert.Equal(399, tokenizer.EndOfText);
        Assert.Equal(Enumerable.Range(256, 143), tokenizer.Merges.Select(merge => merge.Result));
        Assert.Equal([0xC3], tokenizer.TokenBytes(0xC3).ToArray());
    }

    [Fact]
    public void Training_ends_early_where_no_pair_occurs_twice()
    {
        using var trainer = new BytePairTrainer(SplitPattern.Gpt2);
        trainer.Add("abab cd"u8, Stop);
        BytePairTokenizer tokenizer = trainer.Train(300, cancellationToken: Stop);
        Assert.Equal([new BytePairMerge('a', 'b', 256)], tokenizer.Merges);
        Assert.Equal(257, tokenizer.EndOfText);
    }

    [Theory]
    [InlineData(299)]
    [InlineData(100_001)]
    public void Impossible_sizes_are_refused(int size)
    {
        using var trainer = new BytePairTrainer(SplitPattern.Gpt2);
        trainer.Add("text"u8, Stop);
        Assert.Contains("100,000", Assert.Throws<UsageException>(() => trainer.Train(size, cancellationToken: Stop)).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void No_text_is_refused()
    {
        using var trainer = new BytePairTrainer(SplitPattern.Gpt2);
        trainer.Add([], Stop);
        Assert.Throws<UsageException>(() => trainer.Train(300, cancellationToken: Stop));
    }

    [Fact]
    public void Training_reports_and_can_be_stopped()
    {
        using var trainer = new BytePairTrainer(SplitPattern.Gpt2, threads: 2);
        trainer.Add(Encoding.UTF8.GetBytes(SampleText.Of(20_000, seed: 1)), Stop);
        using var stop = new CancellationTokenSource();
        var progress = new StopAfterFirst(stop);
        Assert.Throws<OperationCanceledException>(() => trainer.Train(1000, progress: progress, cancellationToken: stop.Token));
        Assert.Equal(new BytePairTrainingProgress(256 + 64, 1000), Assert.Single(progress.Reports));
        Assert.Throws<OperationCanceledException>(() => trainer.Train(1000, cancellationToken: new CancellationToken(canceled: true)));
    }

    private sealed class StopAfterFirst(CancellationTokenSource stop) : IProgress<BytePairTrainingProgress>
    {
        public List<BytePairTrainingProgress> Reports { get; } = [];

        public void Report(BytePairTrainingProgress value)
        {
            Reports.Add(value);
            stop.Cancel();
        }
    }
}
