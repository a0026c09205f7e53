using NGpt.Core.Files;
using NGpt.Data.Corpora;
using System.Globalization;
using NGpt.Core.Errors;

namespace NGpt.Data.Preparation;

/// <summary>
/// Turns a corpus into a dataset, once: prepared datasets are kept in a folder named for everything they depend on. A dataset is built
/// in a temporary folder beside it and renamed when it is whole, so a crash leaves nothing half-made and several
/// processes may prepare the same dataset at once.
/// </summary>
public static class DatasetPreparer
{
    private const string TemporarySuffix = ".tmp";
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(7);

    /// <summary>Opens the dataset of a request, preparing it where that has not been done; the caller disposes it.</summary>
    /// <param name="request">Which dataset.</param>
    /// <param name="progress">Is told how far it is, or null.</param>
    /// <param name="cancellationToken">Stops the preparation; nothing is left behind.</param>
    /// <exception cref="NGptException">The corpus cannot be used, or the cache folder cannot be written.</exception>
    public static Dataset Prepare(DatasetRequest request, IProgress<DatasetProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        HoldOut.Check(request.ValidationFraction);
        string sourceFingerprint = request.Corpus.SourceFingerprint();
        string cache = Path.GetFullPath(request.CacheFolder ?? CacheFolder.Path);
        string folder = Path.Combine(cache, Key(request, sourceFingerprint));
        progress?.Report(new DatasetProgress(DatasetStage.CheckingCache, 0, 0));
        Dataset dataset = TryOpen(folder, sourceFingerprint, progress) ?? Build(request, cache, folder, sourceFingerprint, progress, cancellationToken);
        SplitSummary train = dataset.Summary.Train;
        SplitSummary validation = dataset.Summary.Validation;
        progress?.Report(new DatasetProgress(DatasetStage.Done, train.Documents + validation.Documents, train.Bytes + validation.Bytes));
        return dataset;
    }

    private static string Key(DatasetRequest request, string sourceFingerprint)
    {
        using var hash = new SourceHash();
        hash.Add(DatasetManifest.FormatVersion.ToString(CultureInfo.InvariantCulture));
        hash.Add(sourceFingerprint);
        hash.Add(request.Tokenizer.ToString());
        hash.Add(request.ValidationFraction?.ToString("R", CultureInfo.InvariantCulture) ?? "default");
        return hash.Finish();
    }

    private static Dataset? TryOpen(string folder, string sourceFingerprint, IProgress<DatasetProgress>? progress)
    {
        if (!Directory.Exists(folder))
        {
            return null;
        }

        try
        {
            return DatasetFolder.Open(folder, sourceFingerprint);
        }
        catch (FileFormatException error)
        {
            progress?.Report(new DatasetProgress(DatasetStage.CheckingCache, 0, 0, $"the prepared data is damaged and is prepared again ({error.Message})"));
            return null;
        }
    }

    private static Dataset Build(DatasetRequest request, string cache, string folder, string sourceFingerprint, IProgress<DatasetProgress>? progress, CancellationToken cancellationToken)
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
            new DatasetBuilder(request, temporary, progress, cancellationToken).Build(sourceFingerprint);
            return Publish(temporary, folder, sourceFingerprint);
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
    private static Dataset Publish(string temporary, string folder, string sourceFingerprint)
    {
        if (TryOpen(folder, sourceFingerprint, progress: null) is { } others)
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

        return DatasetFolder.Open(folder, sourceFingerprint);
    }

    /// <summary>Removes what crashed preparations left behind, once nobody can be working on it any more.</summary>
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
        return parts.Length == 3 && parts[0].Length == 64 && parts[0].All(char.IsAsciiHexDigitLower) && Guid.TryParseExact(parts[1], "N", out _);
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
