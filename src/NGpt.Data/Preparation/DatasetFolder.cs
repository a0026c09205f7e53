using NGpt.Data.Corpora;
using NGpt.Core.Data;
using System.Security.Cryptography;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;

namespace NGpt.Data.Preparation;

/// <summary>The files of a prepared dataset: names, fingerprint, opening with all checks.</summary>
internal static class DatasetFolder
{
    public const string TrainFileName = "train.bin";
    public const string ValidationFileName = "val.bin";

    /// <summary>Opens a prepared dataset.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="sourceFingerprint">The source it must be of.</param>
    /// <exception cref="FileFormatException">A file is missing or damaged, or the dataset is of another source.</exception>
    public static Dataset Open(string folder, string sourceFingerprint)
    {
        DatasetManifest manifest = DatasetManifest.Read(Path.Combine(folder, DatasetManifest.FileName));
        Require(folder, manifest.SourceFingerprint == sourceFingerprint, "it was made from another source");
        TokenShards? train = null;
        TokenShards? validation = null;
        try
        {
            train = TokenShards.Open(Path.Combine(folder, TrainFileName));
            validation = TokenShards.Open(Path.Combine(folder, ValidationFileName));
            ITokenizer tokenizer = TokenizerFile.Load(Path.Combine(folder, TokenizerFile.FileName));
            Require(folder, train.Count == manifest.Summary.Train.Tokens && validation.Count == manifest.Summary.Validation.Tokens, "the numbers of tokens are not those of its description");
            Require(folder, Fingerprint(folder) == manifest.Fingerprint, "its contents are not those that were written");
            return new Dataset(folder, train, validation, tokenizer, manifest.Fingerprint, manifest.Summary);
        }
        catch (Exception error)
        {
            train?.Dispose();
            validation?.Dispose();
            if (error is IOException or UnauthorizedAccessException)
            {
                throw new FileFormatException(folder, $"cannot be read: {error.Message}", "prepare the data again", error);
            }

            throw;
        }
    }

    /// <summary>The fingerprint of the files as they are: a hash of the hashes of both token files and the tokenizer.</summary>
    /// <param name="folder">The folder.</param>
    public static string Fingerprint(string folder)
    {
        using var hash = new SourceHash();
        foreach (string name in (ReadOnlySpan<string>)[TrainFileName, ValidationFileName, TokenizerFile.FileName])
        {
            using FileStream stream = File.OpenRead(Path.Combine(folder, name));
            hash.Add(Convert.ToHexStringLower(SHA256.HashData(stream)));
        }

        return hash.Finish();
    }

    private static void Require(string folder, bool condition, string problem)
    {
        if (!condition)
        {
            throw new FileFormatException(folder, problem, "prepare the data again");
        }
    }
}
