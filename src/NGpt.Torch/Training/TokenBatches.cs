using NGpt.Core.Configuration;
using NGpt.Core.Data;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;

namespace NGpt.Torch.Training;

/// <summary>Reads windows of tokens into batches, which are used again and again. Touches nothing of libtorch.</summary>
public sealed class TokenBatches
{
    private readonly TokenShards _shards;
    private readonly int _contextLength;
    private readonly int? _endOfText;

    /// <summary>Creates the reader.</summary>
    /// <param name="shards">The tokens; outlives the reader.</param>
    /// <param name="tokenizer">Knows the token that every document begins with.</param>
    /// <param name="contextLength">T.</param>
    /// <param name="packing">What tokens of a window see of each other.</param>
    /// <exception cref="UsageException">Documents are to be kept apart, and the tokenizer has no token between them.</exception>
    public TokenBatches(TokenShards shards, ITokenizer tokenizer, int contextLength, WindowPacking packing = WindowPacking.Stream)
    {
        ArgumentNullException.ThrowIfNull(shards);
        ArgumentNullException.ThrowIfNull(tokenizer);
        RequireDocuments(tokenizer, packing);
        (_shards, _contextLength) = (shards, contextLength);
        _endOfText = packing == WindowPacking.Documents ? tokenizer.EndOfText : null;
    }

    /// <summary>Makes a batch that this reader can fill.</summary>
    /// <param name="capacity">B, the most windows it can hold.</param>
    /// <returns>An empty batch.</returns>
    public TokenBatch Create(int capacity) => new(capacity, _contextLength, keepsDocumentsApart: _endOfText is not null);

    /// <summary>Reads windows of T + 1 tokens: the first T are the input, the last T the targets.</summary>
    /// <param name="starts">At most B offsets into the tokens.</param>
    /// <param name="batch">A batch of <see cref="Create"/>, whose content is replaced.</param>
    public void Read(ReadOnlySpan<long> starts, TokenBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        int length = _contextLength;
        batch.Count = starts.Length;
        for (int row = 0; row < starts.Length; row++)
        {
            Span<int> inputs = batch.Inputs.Slice(row * length, length);
            Span<int> targets = batch.Targets.Slice(row * length, length);
            _shards.Read(starts[row], inputs);
            inputs[1..].CopyTo(targets);
            _shards.Read(starts[row] + length, targets[^1..]);
            if (_endOfText is int endOfText)
            {
                FindDocuments(inputs, endOfText, batch.FirstVisible.Slice(row * length, length));
            }
        }
    }

    /// <summary>Refuses to keep documents apart where nothing says where they begin.</summary>
    /// <param name="tokenizer">The tokenizer of the data.</param>
    /// <param name="packing">What was asked for.</param>
    /// <exception cref="UsageException">The tokenizer has no token between documents.</exception>
    internal static void RequireDocuments(ITokenizer tokenizer, WindowPacking packing)
    {
        if (packing == WindowPacking.Documents && tokenizer.EndOfText is null)
        {
            throw new UsageException(
                $"--packing documents needs a token between documents, and the tokenizer of this data ({tokenizer.Name}) has none",
                "give data of several documents with a tokenizer that has an end-of-text token, or --packing stream");
        }
    }

    // The window may begin inside a document, whose first token it does not have.
    private static void FindDocuments(ReadOnlySpan<int> inputs, int endOfText, Span<int> firstVisible)
    {
        int first = 0;
        for (int position = 0; position < inputs.Length; position++)
        {
            first = inputs[position] == endOfText ? position : first;
            firstVisible[position] = first;
        }
    }
}
