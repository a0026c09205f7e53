using NGpt.Core.Data;
using NGpt.Core.Tokenizers;

namespace NGpt.Data.Preparation;

/// <summary>Prepared data, ready for training: tokens of both splits and their tokenizer. Disposing it closes the token files.</summary>
public sealed class Dataset : IDisposable
{
    internal Dataset(string folder, TokenShards train, TokenShards validation, ITokenizer tokenizer, string fingerprint, DatasetSummary summary)
    {
        Folder = folder;
        Train = train;
        Validation = validation;
        Tokenizer = tokenizer;
        Fingerprint = fingerprint;
        Summary = summary;
    }

    /// <summary>The folder that holds the files.</summary>
    public string Folder { get; }

    /// <summary>The training tokens.</summary>
    public TokenShards Train { get; }

    /// <summary>The tokens held out for validation.</summary>
    public TokenShards Validation { get; }

    /// <summary>The tokenizer that made the tokens.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>SHA-256 over the contents of both token files and the tokenizer: equal where a run would see the same data.</summary>
    public string Fingerprint { get; }

    /// <summary>What it holds.</summary>
    public DatasetSummary Summary { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Train.Dispose();
        Validation.Dispose();
    }
}
