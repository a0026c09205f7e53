using System.Globalization;
using System.Security.Cryptography;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;

namespace NGpt.Data.Preparation;

/// <summary>
/// Turns a corpus into a dataset. <see cref="PrepareInto"/> works in a folder that the user named and resumes where an
/// earlier call stopped. <see cref="Prepare"/> keeps datasets in folders named for everything they depend on: built in a
/// temporary folder beside it and renamed when whole, so several processes may prepare the same dataset at once.
/// </summary>
public static class DatasetPreparer
{
    private const string TemporarySuffix = ".tmp";
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(7);

    /// <summary>Prepares a dataset in a folder, resumes its preparation, or opens it where it is complete.</summary>
    /// <param name="request">Which dataset.</param>
    /// <param name="folder">The folder; made where it does not exist.</param>
    /// <param name="overwrite">Whether a dataset of another request in that folder is replaced.</param>
    /// <param name="progress">Receives progress, or null.</param>
    /// <param name="cancellationToken">Stops the preparation; the same call resumes it.</param>
    /// <returns>The dataset; the caller disposes of it.</returns>
    /// <exception cref="UsageException">The folder holds something else.</exception>
    /// <exception cref="NGptException">The corpus cannot be used, or the folder cannot be written.</exception>
    public static Dataset PrepareInto(DatasetRequest request, string folder, bool overwrite = false, IProgress<DatasetProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        HoldOut.Validate(request.ValidationFraction);
        folder = Path.GetFullPath(folder);
        string key = Key(request);
        bool isNew = !Directory.Exists(folder);
        try
        {
            Directory.CreateDirectory(folder);
            using RunLock taken = RunLock.Acquire(folder);
            (string Request, bool IsComplete)? earlier = Earlier(folder);
            if (earlier is { } other && other.Request != key)
            {
                if (!overwrite)
                {
                    throw new UsageException(
                        $"{folder} holds {(other.IsComplete ? "a dataset" : "an unfinished dataset")} of other text or with other settings",
                        "name another folder with --out, or give --overwrite to replace it");
                }

                RemoveDataset(folder);
                earlier = null;
                progress?.Report(new DatasetProgress(DatasetStage.CheckingCache, 0, 0, $"replacing what {folder} held, which was made of other text or with other settings: the preparation starts from the beginning"));
            }
            else if (earlier is null && Directory.EnumerateFiles(folder, "*.bin").Any())
            {
                throw new UsageException($"{folder} holds token files that were not prepared here", "name another folder with --out");
            }

            // What a killed preparation was writing aside, also one that was killed after everything else was done.
            DurableFolder.RemoveLeftovers(folder);
            string manifest = Path.Combine(folder, DatasetManifest.FileName);
            if (!File.Exists(manifest))
            {
                if (earlier is not null)
                {
                    progress?.Report(new DatasetProgress(DatasetStage.CheckingCache, 0, 0, $"resuming the preparation in {folder}"));
                }

                new DatasetBuilder(request, key, folder, progress, cancellationToken).Build();
            }
            else
            {
                // A preparation may have been killed between the manifest and the end.
                DatasetBuilder.RemoveState(folder);
            }

            return DatasetFolder.OpenPrepared(folder, DatasetManifest.Read(manifest), verify: false);
        }
        catch (Exception error) when (StorageFailure.Explain(error, "writing", folder) is { } explained)
        {
            throw new NGptException(explained.Message, "the same command resumes once there is space and permission", error);
        }
        finally
        {
            if (isNew)
            {
                RunLock.RemoveUnused(folder);
            }
        }
    }

    /// <summary>Opens the dataset of a request, preparing it where that has not been done; the caller disposes of it.</summary>
    /// <param name="request">Which dataset.</param>
    /// <param name="progress">Receives progress, or null.</param>
    /// <param name="cancellationToken">Stops the preparation; nothing is left behind.</param>
    /// <returns>The dataset.</returns>
    /// <exception cref="NGptException">The corpus cannot be used, or the cache folder cannot be written.</exception>
    public static Dataset Prepare(DatasetRequest request, IProgress<DatasetProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        HoldOut.Validate(request.ValidationFraction);
        string key = Key(request);
        string cache = Path.GetFullPath(request.CacheFolder ?? CacheFolder.Path);
        string folder = Path.Combine(cache, key);
        progress?.Report(new DatasetProgress(DatasetStage.CheckingCache, 0, 0));
        Dataset dataset = TryOpen(folder, key, progress) ?? Build(request, key, cache, folder, progress, cancellationToken);
        SplitSummary train = dataset.Summary.Train;
        SplitSummary validation = dataset.Summary.Validation;
        progress?.Report(new DatasetProgress(DatasetStage.Done, train.Documents + validation.Documents, train.Bytes + validation.Bytes));
        return dataset;
    }

    /// <summary>
    /// Opens a dataset of the cache by its fingerprint, whatever has become of its source since; null where the cache does not
    /// have it, or no longer whole. The caller disposes of it.
    /// </summary>
    /// <param name="fingerprint">The dataset's fingerprint, as a run stores it.</param>
    /// <param name="cacheFolder">The cache; null for <see cref="CacheFolder.Path"/>.</param>
    /// <returns>The dataset, or null.</returns>
    public static Dataset? FindPrepared(string fingerprint, string? cacheFolder = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(fingerprint);
        var cache = new DirectoryInfo(cacheFolder ?? CacheFolder.Path);
        foreach (DirectoryInfo folder in cache.Exists ? cache.EnumerateDirectories().Where(folder => IsKey(folder.Name)) : [])
        {
            try
            {
                DatasetManifest manifest = DatasetManifest.Read(Path.Combine(folder.FullName, DatasetManifest.FileName));
                if (manifest.Fingerprint == fingerprint)
                {
                    return DatasetFolder.OpenPrepared(folder.FullName, manifest, verify: false);
                }
            }
            catch (Exception error) when (error is FileFormatException or UnauthorizedAccessException)
            {
                // Damaged, of another version, of another user, or removed meanwhile: it is not what is looked for.
            }
        }

        return null;
    }

    private static bool IsKey(string name) => name.Length == 64 && name.All(char.IsAsciiHexDigitLower);

    private static string Key(DatasetRequest request)
    {
        using var hash = new SourceHash();
        hash.Add(DatasetManifest.FormatVersion.ToString(CultureInfo.InvariantCulture));
        hash.Add(request.Corpus.SourceFingerprint());
        hash.Add(request.Tokenizer.Kind == TokenizerKind.File ? ContentOf(request.Tokenizer.Path!) : request.Tokenizer.Word);
        hash.Add(request.ValidationFraction?.ToString("R", CultureInfo.InvariantCulture) ?? "default");
        hash.Add(request.DropDuplicates ? "without duplicates" : "all");
        hash.Add(request.ShardTokens.ToString(CultureInfo.InvariantCulture));
        return hash.Finish();
    }

    // A tokenizer is a file, or a folder with a few.
    private static string ContentOf(string path)
    {
        using var hash = new SourceHash();
        string[] files = Directory.Exists(path) ? [.. Directory.EnumerateFiles(path).Order(StringComparer.Ordinal)] : [path];
        foreach (string file in files)
        {
            using FileStream stream = File.OpenRead(file);
            hash.Add(Path.GetFileName(file));
            hash.Add(Convert.ToHexStringLower(SHA256.HashData(stream)));
            if (file.EndsWith(".model", StringComparison.OrdinalIgnoreCase))
            {
                // Version 0.1.0 encoded text with a SentencePiece model in another way: what it prepared is not this.
                hash.Add("SentencePiece's own ids");
            }
        }

        return hash.Finish();
    }

    private static (string Request, bool IsComplete)? Earlier(string folder)
    {
        string manifest = Path.Combine(folder, DatasetManifest.FileName);
        return File.Exists(manifest) ? (DatasetManifest.Read(manifest).Request, true)
            : PreparationState.Read(folder) is { } state ? (state.Request, false)
            : null;
    }

    // Only what a preparation writes: the folder belongs to the user. What says whose files these are goes last, so that a
    // removal that is killed can be repeated.
    private static void RemoveDataset(string folder)
    {
        foreach (string path in Directory.EnumerateFiles(folder).Where(path => DatasetFolder.IsFileOfShard(Path.GetFileName(path))))
        {
            File.Delete(path);
        }

        File.Delete(Path.Combine(folder, TokenizerFile.FileName));
        DatasetBuilder.RemoveState(folder);
        File.Delete(Path.Combine(folder, DatasetManifest.FileName));
    }

    private static Dataset? TryOpen(string folder, string key, IProgress<DatasetProgress>? progress)
    {
        if (!Directory.Exists(folder))
        {
            return null;
        }

        try
        {
            return Open(folder, key);
        }
        catch (FileFormatException error)
        {
            progress?.Report(new DatasetProgress(DatasetStage.CheckingCache, 0, 0, $"the prepared data is damaged and is prepared again ({error.Message})"));
            return null;
        }
    }

    private static Dataset Open(string folder, string key)
    {
        DatasetManifest manifest = DatasetManifest.Read(Path.Combine(folder, DatasetManifest.FileName));
        return manifest.Request == key
            ? DatasetFolder.OpenPrepared(folder, manifest, verify: false)
            : throw new FileFormatException(folder, "it was made from another source", "prepare the data again");
    }

    private static Dataset Build(DatasetRequest request, string key, string cache, string folder, IProgress<DatasetProgress>? progress, CancellationToken cancellationToken)
    {
        string temporary = $"{folder}.{Guid.NewGuid():N}{TemporarySuffix}";
        try
        {
            Directory.CreateDirectory(temporary);
            RemoveAbandoned(cache);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new NGptException($"{cache}: the folder for prepared data cannot be written: {error.Message}", "name another one with the environment variable NGPT_CACHE_DIR", error);
        }

        try
        {
            new DatasetBuilder(request, key, temporary, progress, cancellationToken).Build();
            return Publish(temporary, folder, key);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new NGptException($"the data cannot be prepared: {error.Message}", "check permissions and the space on the disk; NGPT_CACHE_DIR names another folder for prepared data", error);
        }
        finally
        {
            RemoveQuietly(temporary);
        }
    }

    /// <summary>Gives the finished folder its name. Where another process was faster, its dataset is used: it is the same.</summary>
    private static Dataset Publish(string temporary, string folder, string key)
    {
        if (TryOpen(folder, key, progress: null) is { } others)
        {
            return others;
        }

        if (Directory.Exists(folder))
        {
            string damaged = $"{folder}.{Guid.NewGuid():N}{TemporarySuffix}";
            try
            {
                Directory.Move(folder, damaged);
                RemoveQuietly(damaged);
            }
            catch (IOException) when (!Directory.Exists(folder))
            {
                // Another process moved it away first.
            }
        }

        try
        {
            Directory.Move(temporary, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Another process was faster by a moment; what it made is opened below.
        }

        return Open(folder, key);
    }

    /// <summary>Removes what crashed preparations left behind, once no process can be using it any more.</summary>
    private static void RemoveAbandoned(string cache)
    {
        foreach (DirectoryInfo folder in new DirectoryInfo(cache).EnumerateDirectories($"*{TemporarySuffix}"))
        {
            if (IsTemporaryName(folder.Name) && DateTime.UtcNow - folder.LastWriteTimeUtc > AbandonedAfter)
            {
                RemoveQuietly(folder.FullName);
            }
        }
    }

    /// <summary>Only names that <see cref="Build"/> gives: the cache folder may be one where people keep other things.</summary>
    private static bool IsTemporaryName(string name)
    {
        string[] parts = name.Split('.');
        return parts.Length == 3 && IsKey(parts[0]) && Guid.TryParseExact(parts[1], "N", out _);
    }

    private static void RemoveQuietly(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It costs space only: a later preparation removes it.
        }
    }
}

/// <summary>Which dataset to prepare.</summary>
public sealed record DatasetRequest
{
    /// <summary>Tokens of a full shard unless another number is asked for.</summary>
    public const int DefaultShardTokens = 100_000_000;

    /// <summary>The source of the text.</summary>
    public required ICorpus Corpus { get; init; }

    /// <summary>How text becomes tokens.</summary>
    public required TokenizerChoice Tokenizer { get; init; }

    /// <summary>The fraction held out for validation, in (0, 0.5]; null for the defaults of <see cref="HoldOut"/>.</summary>
    public double? ValidationFraction { get; init; }

    /// <summary>Whether a document whose text is exactly that of an earlier one is left out.</summary>
    public bool DropDuplicates { get; init; }

    /// <summary>Tokens of a full shard, above 0.</summary>
    public int ShardTokens { get; init; } = DefaultShardTokens;

    /// <summary>Threads that tokenize; the result does not depend on them.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Where <see cref="DatasetPreparer.Prepare"/> keeps prepared datasets; null for <see cref="NGpt.Core.Files.CacheFolder.Path"/>.</summary>
    public string? CacheFolder { get; init; }
}
