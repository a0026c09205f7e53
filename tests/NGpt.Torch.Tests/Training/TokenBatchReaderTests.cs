using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Torch.Training;

namespace NGpt.Torch.Tests.Training;

public sealed class TokenBatchReaderTests : IDisposable
{
    private readonly TokenFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_window_is_its_tokens_and_those_one_place_later()
    {
        TokenBatchReader reader = new(_folder.Open([.. Enumerable.Range(5, 20)]), TokenFolder.Tokenizer, 3);
        TokenBatch batch = reader.Create(4);
        reader.Read([16, 0], batch);
        Assert.Equal([21, 22, 23, 5, 6, 7], batch.Inputs.ToArray());
        Assert.Equal([22, 23, 24, 6, 7, 8], batch.Targets.ToArray());
        Assert.False(batch.KeepsDocumentsApart);
        Assert.True(batch.FirstVisible.IsEmpty);
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Read([17], batch));
    }

    [Fact]
    public void Only_marked_tokens_are_targets()
    {
        TokenBatchReader reader = new(_folder.Open([.. Enumerable.Range(5, 8)]), TokenFolder.Tokenizer, 3, answers: _folder.Open(1, 0, 1, 1, 0, 0, 0, 1));
        TokenBatch batch = reader.Create(2);
        reader.Read([0, 4], batch);
        Assert.Equal([5, 6, 7, 9, 10, 11], batch.Inputs.ToArray());
        Assert.Equal([TokenBatch.NoTarget, 7, 8, TokenBatch.NoTarget, TokenBatch.NoTarget, 12], batch.Targets.ToArray());
        Assert.Equal(3, batch.CountTargets());
    }

    [Fact]
    public void A_token_sees_from_the_newest_end_of_text_on_or_from_the_start_of_the_window()
    {
        int end = TokenFolder.EndOfText;
        TokenBatchReader reader = new(_folder.Open(end, 1, 2, end, end, 3, 4, 5, end, 6), TokenFolder.Tokenizer, 7, WindowPacking.Documents);
        TokenBatch batch = reader.Create(3);
        reader.Read([0, 1, 2], batch);
        Assert.True(batch.KeepsDocumentsApart);
        Assert.Equal(
            [
                0, 0, 0, 3, 4, 4, 4,
                0, 0, 2, 3, 3, 3, 3,
                0, 1, 2, 2, 2, 2, 6,
            ],
            batch.FirstVisible.ToArray());
        // A batch is used again: nothing of the last time stays.
        reader.Read([1], batch);
        Assert.Equal([0, 0, 2, 3, 3, 3, 3], batch.FirstVisible.ToArray());
    }

    [Fact]
    public void Tokens_that_name_the_token_before_a_document_are_read_by_it()
    {
        NGpt.Core.Data.TokenShards shards = _folder.Open(7, 1, 2, 7, 3, 4);
        shards.DocumentStart = 7;
        TokenBatchReader reader = new(shards, new ByteTokenizer(), 5, WindowPacking.Documents);
        TokenBatch batch = reader.Create(1);
        reader.Read([0], batch);
        Assert.Equal([0, 0, 0, 3, 3], batch.FirstVisible.ToArray());
    }

    [Fact]
    public void Documents_need_a_token_between_them()
    {
        UsageException refused = Assert.Throws<UsageException>(() => new TokenBatchReader(_folder.Open(1, 2, 3), new ByteTokenizer(), 2, WindowPacking.Documents));
        Assert.Contains("--packing documents needs a token between documents, and the tokenizer of this data (bytes) has none", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--packing stream", refused.Remedy, StringComparison.Ordinal);
    }
}
