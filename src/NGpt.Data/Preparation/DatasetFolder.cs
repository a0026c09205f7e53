using System.Security.Cryptography;
using System.Text.RegularExpressions;
using NGpt.Core.Data;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;

namespace NGpt.Data.Preparation;

/// <summary>
/// The files of a prepared dataset. Besides what this program prepares, folders with token files of nanoGPT or llm.c are
/// opened: <c>train*.bin</c> and <c>val*.bin</c>, with a tokenizer beside them or named by the caller.
/// </summary>
public static partial class DatasetFolder
{
    /// <summary>Name of the file that describes a prepared dataset.</summary>
    public const string DescriptionFile = DatasetManifest.FileName;

    /// <summary>Beginning of the names of the training split's files.</summary>
    internal const string TrainPrefix = "train";

    /// <summary>Beginning of the names of the validation split's files.</summary>
    internal const string ValidationPrefix = "val";

    // Contents up to this size are hashed whenever a dataset is opened, which takes a moment; larger ones on request.
    private const long AlwaysHashed = 256 << 20;

    /// <summary>True where a folder holds token files, prepared here or elsewhere.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Whether <see cref="Open(string, string?, bool, Action{string}?)"/> is the way to read it.</returns>
    public static bool Holds(string folder) => Directory.Exists(folder)
        && (File.Exists(Path.Combine(folder, DatasetManifest.FileName)) || Foreign(folder, TrainPrefix).Count > 0);

    /// <summary>Whether a folder with token files says with which tokenizer they were made.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>False for files from elsewhere without a tokenizer beside them.</returns>
    public static bool HasTokenizer(string folder) =>
        File.Exists(Path.Combine(folder, DatasetManifest.FileName)) || File.Exists(Path.Combine(folder, TokenizerFile.FileName));

    /// <summary>Opens a dataset; the caller disposes of it.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="tokenizer">For token files that came from elsewhere without a tokenizer: its path, or <c>bytes</c>; else null.</param>
    /// <param name="verify">Whether to compare the contents with those that were written also where they are large.</param>
    /// <param name="onWarning">Receives warnings about a tokenizer that is given, a line each.</param>
    /// <returns>The dataset.</returns>
    /// <exception cref="FileFormatException">A file is missing or damaged.</exception>
    /// <exception cref="UsageException">A preparation is not finished, or there is no tokenizer, or another than the tokens were made with.</exception>
    public static Dataset Open(string folder, string? tokenizer = null, bool verify = false, Action<string>? onWarning = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            throw new UsageException(
                File.Exists(folder) ? $"{folder}: is a file, not the folder of a dataset" : $"{folder}: {FileKind.DescribeMissing(folder, "folder")}", "prepare a dataset: ngpt data prepare PATH --out FOLDER");
        }

        folder = Path.GetFullPath(folder);
        if (File.Exists(Path.Combine(folder, DatasetManifest.FileName)))
        {
            DatasetManifest manifest = DatasetManifest.Read(Path.Combine(folder, DatasetManifest.FileName));
            Dataset dataset = OpenPrepared(folder, manifest, verify);
            return tokenizer is null ? dataset : RequireTokenizer(dataset, tokenizer);
        }

        return File.Exists(Path.Combine(folder, PreparationState.FileName))
            ? throw new UsageException($"{folder}: the preparation of this dataset is not finished", "run the same ngpt data prepare again: it resumes where it stopped")
            : OpenForeign(folder, tokenizer, verify, onWarning);
    }

    /// <summary>The fingerprint of the files as they are: a hash of the hashes of all token files and of the tokenizer.</summary>
    internal static string Fingerprint(string folder, DatasetSummary summary)
    {
        using var hash = new SourceHash();
        ShardFile[] shards = [.. summary.Train.Shards, .. summary.Validation.Shards];
        IEnumerable<string> answers = summary.HasAnswers ? shards.Select(shard => shard.AnswersName) : [];
        foreach (string name in shards.Select(shard => shard.Name).Append(TokenizerFile.FileName).Concat(answers))
        {
            using FileStream stream = File.OpenRead(Path.Combine(folder, name));
            hash.Add(Convert.ToHexStringLower(SHA256.HashData(stream)));
        }

        return hash.Finish();
    }

    internal static bool IsShardName(string? name) => name is not null && ShardName().IsMatch(name);

    /// <summary>Whether a preparation writes a file of this name for a shard: its tokens, or the marks of their answers.</summary>
    internal static bool IsFileOfShard(string name) => IsShardName(name) || (name.EndsWith(".answers", StringComparison.Ordinal) && IsShardName(Path.ChangeExtension(name, ".bin")));

    internal static Dataset OpenPrepared(string folder, DatasetManifest manifest, bool verify)
    {
        DatasetSummary summary = manifest.Summary;
        List<TokenShards> opened = [];
        try
        {
            TokenShards train = Opened(Shards(folder, summary.Train, shard => shard.Name));
            TokenShards validation = Opened(Shards(folder, summary.Validation, shard => shard.Name));
            TokenShards? trainAnswers = summary.HasAnswers ? Opened(Shards(folder, summary.Train, shard => shard.AnswersName)) : null;
            TokenShards? validationAnswers = summary.HasAnswers ? Opened(Shards(folder, summary.Validation, shard => shard.AnswersName)) : null;
            ITokenizer tokenizer = TokenizerFile.Load(Path.Combine(folder, TokenizerFile.FileName));
            Require(folder, tokenizer.VocabularySize == manifest.VocabularySize, $"its tokenizer has {tokenizer.VocabularySize:N0} tokens, the data was made with one of {manifest.VocabularySize:N0}");
            long size = summary.Train.Shards.Concat(summary.Validation.Shards).Sum(shard => new FileInfo(Path.Combine(folder, shard.Name)).Length);
            Require(folder, (size > AlwaysHashed && !verify) || Fingerprint(folder, summary) == manifest.Fingerprint, "its contents are not those that were written");
            return new Dataset(folder, train, validation, tokenizer, manifest.Fingerprint, summary) { TrainAnswers = trainAnswers, ValidationAnswers = validationAnswers };
        }
        catch (Exception error)
        {
            opened.ForEach(shards => shards.Dispose());
            if (error is IOException or UnauthorizedAccessException)
            {
                throw new FileFormatException(folder, $"cannot be read: {error.Message}", "prepare the data again", error);
            }

            throw;
        }

        TokenShards Opened(TokenShards shards)
        {
            opened.Add(shards);
            return shards;
        }
    }

    private static TokenShards Shards(string folder, SplitSummary split, Func<ShardFile, string> name)
    {
        TokenShards shards = TokenShards.Open([.. split.Shards.Select(shard => Path.Combine(folder, name(shard)))]);
        foreach ((TokenFile file, ShardFile expected) in shards.Files.Zip(split.Shards))
        {
            if (file.Count != expected.Tokens)
            {
                shards.Dispose();
                throw new FileFormatException(file.Path, $"the file has {file.Count:N0} tokens, {expected.Tokens:N0} were written", "prepare the data again");
            }
        }

        return shards;
    }

    private static Dataset RequireTokenizer(Dataset dataset, string path)
    {
        ITokenizer asked = TokenizerFile.Load(path);
        if (asked.IsSameAs(dataset.Tokenizer))
        {
            return dataset;
        }

        dataset.Dispose();
        throw new UsageException(
            $"{path} is not the tokenizer of {dataset.Folder}: --tokenizer: {asked.Name}, {asked.VocabularySize:N0} tokens; data: {dataset.Tokenizer.Name}, {dataset.Tokenizer.VocabularySize:N0} tokens",
            $"leave --tokenizer out, or prepare the data with it: ngpt data prepare … --tokenizer {path}");
    }

    private static Dataset OpenForeign(string folder, string? tokenizerPath, bool verify, Action<string>? onWarning)
    {
        List<string> train = Foreign(folder, TrainPrefix);
        List<string> validation = Foreign(folder, ValidationPrefix);
        if (train.Count == 0 || validation.Count == 0)
        {
            throw new UsageException(
                $"{folder}: there is no dataset: dataset.json is missing, and of train*.bin and val*.bin there are {train.Count:N0} and {validation.Count:N0}",
                "prepare one: ngpt data prepare PATH --out FOLDER");
        }

        ITokenizer tokenizer = ForeignTokenizer(folder, tokenizerPath ?? Path.Combine(folder, TokenizerFile.FileName), onWarning);
        TokenShards first = TokenShards.Open(train);
        try
        {
            TokenShards second = TokenShards.Open(validation);
            try
            {
                // Files from elsewhere may have been made with another tokenizer: a token outside would read outside the embedding.
                first.Validate(tokenizer.VocabularySize);
                second.Validate(tokenizer.VocabularySize);
                first.DocumentStart = second.DocumentStart = FindDocumentStart(folder, first, tokenizer, onWarning);
                var summary = new DatasetSummary($"token files in {folder}", Count(first, tokenizer), Count(second, tokenizer), []);
                return new Dataset(folder, first, second, tokenizer, ForeignFingerprint(first, second, tokenizer, verify), summary);
            }
            catch
            {
                second.Dispose();
                throw;
            }
        }
        catch
        {
            first.Dispose();
            throw;
        }
    }

    private static ITokenizer ForeignTokenizer(string folder, string choice, Action<string>? onWarning)
    {
        if (File.Exists(choice) || Directory.Exists(choice))
        {
            return TokenizerFile.Load(choice, onWarning);
        }

        return choice == TokenizerChoice.Bytes.Word ? new ByteTokenizer() : throw new UsageException(
            $"{folder}: nothing says with which tokenizer these token files were made",
            "put its tokenizer.json into the folder, or name it: --tokenizer PATH (for GPT-2's: ngpt data fetch gpt2-tokenizer), or --tokenizer bytes");
    }

    // Some put a begin-of-text token before every document, and the end-of-text token nowhere.
    private static int? FindDocumentStart(string folder, TokenShards train, ITokenizer tokenizer, Action<string>? onWarning)
    {
        if (tokenizer.EndOfText is not int end || train.Count == 0 || Chunks(train).Any(chunk => chunk.Span.Contains(end)))
        {
            return null;
        }

        int[] leading = new int[1];
        train.Read(0, leading);
        int first = leading[0];
        if (tokenizer.TokenBytes(first).IsEmpty && Chunks(train).Sum(chunk => (long)chunk.Span.Count(first)) > 1)
        {
            onWarning?.Invoke($"{folder}: the end-of-text token {end} does not occur; documents are found by token {first}, with which the tokens begin");
            return first;
        }

        onWarning?.Invoke($"{folder}: the end-of-text token {end} of the tokenizer does not occur, so each split counts as one document; check that --tokenizer is the one the files were made with");
        return null;
    }

    // One buffer: a chunk is valid until the next one.
    private static IEnumerable<ReadOnlyMemory<int>> Chunks(TokenShards shards)
    {
        var chunk = new int[1 << 14];
        for (long offset = 0; offset < shards.Count; offset += chunk.Length)
        {
            Memory<int> part = chunk.AsMemory(0, (int)Math.Min(chunk.Length, shards.Count - offset));
            shards.Read(offset, part.Span);
            yield return part;
        }
    }

    private static SplitSummary Count(TokenShards shards, ITokenizer tokenizer)
    {
        int? start = shards.DocumentStartWith(tokenizer);
        int[] sizes = [.. Enumerable.Range(0, tokenizer.VocabularySize).Select(token => tokenizer.TokenBytes(token).Length)];
        (long bytes, long documents) = (0, 0);
        foreach (ReadOnlyMemory<int> chunk in Chunks(shards))
        {
            foreach (int token in chunk.Span)
            {
                bytes += sizes[token];
                documents += token == start ? 1 : 0;
            }
        }

        return new SplitSummary(Math.Max(1, documents), bytes, shards.Count)
        {
            Shards = [.. shards.Files.Select(file => new ShardFile(Path.GetFileName(file.Path), file.Count))],
        };
    }

    // Large files are identified by size and modification time alone.
    private static string ForeignFingerprint(TokenShards train, TokenShards validation, ITokenizer tokenizer, bool verify)
    {
        using var hash = new SourceHash();
        foreach (TokenFile file in train.Files.Concat(validation.Files))
        {
            var info = new FileInfo(file.Path);
            if (info.Length <= AlwaysHashed || verify)
            {
                using FileStream stream = info.OpenRead();
                hash.Add(Convert.ToHexStringLower(SHA256.HashData(stream)));
            }
            else
            {
                hash.Add(info.Name, info);
            }
        }

        hash.Add(tokenizer.Name);
        hash.Add($"{tokenizer.VocabularySize}");
        return hash.Finish();
    }

    private static List<string> Foreign(string folder, string prefix) =>
        [.. Directory.EnumerateFiles(folder, "*.bin").Where(path => ForeignName(prefix).IsMatch(Path.GetFileName(path))).Order(StringComparer.Ordinal)];

    // train.bin; train_000001.bin; edu_fineweb_train_000001.bin
    private static Regex ForeignName(string prefix) => new($@"^(?:[^/\\]*_)?{prefix}(?:_\d+)?\.bin$", RegexOptions.NonBacktracking);

    private static void Require(string folder, bool condition, string problem)
    {
        if (!condition)
        {
            throw new FileFormatException(folder, problem, "prepare the data again");
        }
    }

    [GeneratedRegex(@"^(?:train|val)_[0-9]{6}\.bin\z")]
    private static partial Regex ShardName();
}
