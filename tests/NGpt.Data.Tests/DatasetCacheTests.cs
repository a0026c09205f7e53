using System.Text.Json.Nodes;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;
using NGpt.Data.Preparation;

namespace NGpt.Data.Tests;

/// <summary>The cache of prepared datasets: when one is used again, made again or removed.</summary>
public sealed class DatasetCacheTests : PreparationTests
{
    [Fact]
    public void A_prepared_dataset_is_opened_again_with_its_summary()
    {
        Source.Write("a.txt", Lines(50));
        Source.Write("broken.bin", [0]);
        DatasetSummary summary;
        string manifest;
        DateTime written;
        using (Dataset first = Prepare(Source.Path))
        {
            summary = first.Summary;
            manifest = Path.Combine(first.Folder, "dataset.json");
            written = File.GetLastWriteTimeUtc(manifest);
        }

        using Dataset second = Prepare(Source.Path);
        Assert.Equal(written, File.GetLastWriteTimeUtc(manifest));
        Assert.Equivalent(summary.Train, second.Summary.Train, strict: true);
        Assert.Equivalent(summary.Validation, second.Summary.Validation, strict: true);
        Assert.Equal(summary.Rejected, second.Summary.Rejected);
        Assert.Equal("broken.bin", Assert.Single(second.Summary.Rejected).Name);
        Assert.Empty(Notes);
    }

    [Fact]
    public void Settings_and_changedSources_have_datasets_of_their_own()
    {
        string path = Source.Write("a.txt", Lines(50));
        var folders = new HashSet<string>();
        foreach ((TokenizerChoice kind, double? fraction) in new (TokenizerChoice, double?)[] { (TokenizerChoice.Bytes, null), (TokenizerChoice.Characters, null), (TokenizerChoice.Bytes, 0.25) })
        {
            using Dataset dataset = Prepare(path, kind, fraction);
            Assert.True(folders.Add(dataset.Folder));
        }

        File.AppendAllText(path, "more");
        using Dataset changed = Prepare(path);
        Assert.True(folders.Add(changed.Folder));
    }

    public static TheoryData<Action<string>> Damages => new()
    {
        { folder => File.Delete(Path.Combine(folder, "val_000000.bin")) },
        { folder => File.AppendAllText(Path.Combine(folder, "train_000000.bin"), "xx") },
        { folder => Flip(Path.Combine(folder, "train_000000.bin"), 1_030) },
        { folder => Flip(Path.Combine(folder, "val_000000.bin"), 8) },
        { folder => File.WriteAllText(Path.Combine(folder, "tokenizer.json"), "{}") },
        { folder => File.WriteAllText(Path.Combine(folder, "dataset.json"), "{}") },
        { folder => File.WriteAllText(Path.Combine(folder, "dataset.json"), "[") },
        { folder => File.Delete(Path.Combine(folder, "dataset.json")) },
        { folder => Edit(Path.Combine(folder, "dataset.json"), json => json["format_version"] = 1) },
        { folder => Edit(Path.Combine(folder, "dataset.json"), json => json["request"] = "other") },
        { folder => Edit(Path.Combine(folder, "dataset.json"), json => json["train"]!["tokens"] = "many") },
    };

    [Theory]
    [MemberData(nameof(Damages), DisableDiscoveryEnumeration = true)]
    public void Damaged_preparations_are_made_again_with_a_note(Action<string> damage)
    {
        string path = Source.Write("a.txt", Lines(50));
        string fingerprint;
        string folder;
        using (Dataset first = Prepare(path))
        {
            (fingerprint, folder) = (first.Fingerprint, first.Folder);
        }

        damage(folder);
        using Dataset second = Prepare(path);
        Assert.Equal(fingerprint, second.Fingerprint);
        Assert.Contains("damaged", Assert.Single(Notes), StringComparison.Ordinal);
        Assert.Equal(Lines(50), Text(second, second.Train) + Text(second, second.Validation));
        Assert.Single(Directory.GetFileSystemEntries(Cache.Path));
    }

    [Fact]
    public void Leftovers_of_a_crash_are_harmless_and_removed_when_old()
    {
        string path = Source.Write("a.txt", Lines(50));
        string folder;
        using (Dataset first = Prepare(path))
        {
            folder = first.Folder;
        }

        Directory.Move(folder, $"{folder}.{Guid.NewGuid():N}.tmp");
        string leftover = Directory.GetDirectories(Cache.Path).Single();
        File.Delete(Path.Combine(leftover, "val_000000.bin"));
        string foreign = Directory.CreateDirectory(Cache.File("mine.tmp")).FullName;
        using (Dataset again = Prepare(path))
        {
            Assert.True(Directory.Exists(leftover));
        }

        Directory.SetLastWriteTimeUtc(leftover, DateTime.UtcNow.AddDays(-8));
        Directory.SetLastWriteTimeUtc(foreign, DateTime.UtcNow.AddDays(-8));
        Prepare(path, TokenizerChoice.Characters).Dispose();
        Assert.False(Directory.Exists(leftover));
        Assert.True(Directory.Exists(foreign));
        Assert.Empty(Notes);
    }

    [Fact]
    public async Task Several_preparations_at_once_agree()
    {
        string path = Source.Write("a.txt", Lines(3_000));
        Dataset[] datasets = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => DatasetPreparer.Prepare(
            new DatasetRequest { Corpus = new FileCorpus([path]), Tokenizer = TokenizerChoice.Characters, CacheFolder = Cache.Path }))));
        Assert.Single(datasets.Select(dataset => dataset.Fingerprint).Distinct());
        Assert.All(datasets, dataset => Assert.Equal(Lines(3_000), Text(dataset, dataset.Train) + Text(dataset, dataset.Validation)));
        Assert.Single(Directory.GetFileSystemEntries(Cache.Path));
        Array.ForEach(datasets, dataset => dataset.Dispose());
    }

    [Fact]
    public void A_failed_or_cancelled_preparation_leaves_nothing()
    {
        string path = Source.Write("bad.txt", [.. Enumerable.Repeat((byte)'x', 5_000_000), 0]);
        Assert.Throws<FileFormatException>(() => Prepare(path));
        string good = Source.Write("good.txt", Lines(10));
        var request = new DatasetRequest { Corpus = new FileCorpus([good]), Tokenizer = TokenizerChoice.Bytes, CacheFolder = Cache.Path };
        Assert.ThrowsAny<OperationCanceledException>(() => DatasetPreparer.Prepare(request, null, new CancellationToken(canceled: true)));
        Assert.Empty(Directory.GetFileSystemEntries(Cache.Path));
    }

    [Fact]
    public void ACache_that_cannot_be_written_is_named()
    {
        string file = Source.Write("file", "x");
        NGptException error = Assert.Throws<NGptException>(() => Prepare(Source.Write("a.txt", Lines(9)), cache: Path.Combine(file, "cache")));
        Assert.Contains("NGPT_CACHE_DIR", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void TheCache_folder_follows_the_environment()
    {
        string? before = Environment.GetEnvironmentVariable("NGPT_CACHE_DIR");
        try
        {
            Environment.SetEnvironmentVariable("NGPT_CACHE_DIR", Cache.Path);
            Assert.Equal(Cache.Path, Core.Files.CacheFolder.Path);
            Environment.SetEnvironmentVariable("NGPT_CACHE_DIR", null);
            Assert.Equal("ngpt", Path.GetFileName(Core.Files.CacheFolder.Path));
        }
        finally
        {
            Environment.SetEnvironmentVariable("NGPT_CACHE_DIR", before);
        }
    }

    private static void Flip(string path, int offset)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[offset] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private static void Edit(string path, Action<JsonNode> change)
    {
        JsonNode json = JsonNode.Parse(File.ReadAllText(path))!;
        change(json);
        File.WriteAllText(path, json.ToJsonString());
    }
}
