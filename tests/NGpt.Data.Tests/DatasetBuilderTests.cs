using System.Security.Cryptography;
using CsCheck;
using NGpt.Core.Data;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Data.Preparation;

namespace NGpt.Data.Tests;

/// <summary>Preparing in a folder of one's own: shards, duplicates, interruption and going on.</summary>
public sealed class DatasetBuilderTests : IDisposable
{
    private static readonly string[] Texts = [.. Enumerable.Range(0, 300).Select(i => i switch
    {
        _ when i % 41 == 7 => $"# {i}",
        _ when i % 4 == 1 => $"long {i} {new string('a', 250)}|and its second piece {new string('b', 300)}|and its third {i}.\n",
        _ when i % 17 == 3 => "the same text again\n",
        _ => string.Concat(Enumerable.Repeat($"Document {i} has some words. ", 1 + (i % 9))),
    })];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Nothing_is_lost_or_repeated_and_threads_change_nothing(int threads)
    {
        using Dataset dataset = Prepare("a", Request(MemoryCorpus.Of(Texts)) with { Threads = threads });
        string[] expected = [.. Texts.Where(text => !text.StartsWith('#')).Select(text => text.Replace("|", "", StringComparison.Ordinal))];
        Assert.Equal(expected.Order(), Documents(dataset).Order());
        Assert.Equal(Texts.Count(text => text.StartsWith('#')), dataset.Summary.RejectedCount);
        Assert.Equal(dataset.Summary.RejectedCount, dataset.Summary.Rejected.Count);
        Assert.InRange(dataset.Summary.Validation.Documents, 30, 90);
        Assert.All(dataset.Summary.Train.Shards.SkipLast(1), shard => Assert.Equal(1_000, shard.Tokens));
        Assert.True(dataset.Summary.Train.Shards.Count > 10);
        using Dataset other = Prepare("b", Request(MemoryCorpus.Of(Texts)));
        Assert.Equal(other.Fingerprint, dataset.Fingerprint);
    }

    [Fact]
    public void Equal_documents_are_on_one_side_or_dropped()
    {
        using Dataset all = Prepare("all", Request(MemoryCorpus.Of(Texts)));
        using Dataset single = Prepare("single", Request(MemoryCorpus.Of(Texts)) with { DropDuplicates = true });
        int copies = Texts.Count(text => text == "the same text again\n");
        Assert.Equal(copies, Documents(all, all.Train).Concat(Documents(all, all.Validation)).Count(text => text == "the same text again\n"));
        Assert.True(Documents(all, all.Train).Contains("the same text again\n") != Documents(all, all.Validation).Contains("the same text again\n"));
        Assert.Equal(copies - 1, single.Summary.Duplicates);
        Assert.Equal(Documents(all).Distinct().Order(), Documents(single).Order());
    }

    [Fact]
    public void Long_equal_documents_are_dropped_with_all_their_pieces()
    {
        using Dataset dataset = Prepare("a", Request(MemoryCorpus.Of([.. Enumerable.Range(0, 30).Select(i => $"text {i}"), "one |two", "o|ne two", "three"])) with { DropDuplicates = true });
        Assert.Equal(1, dataset.Summary.Duplicates);
        Assert.Single(Documents(dataset), text => text == "one two");
    }

    [Fact]
    public void A_preparation_that_is_interrupted_anywhere_ends_with_the_same_files()
    {
        DatasetRequest whole = Request(MemoryCorpus.Of(Texts)) with { DropDuplicates = true };
        using Dataset expected = Prepare("whole", whole);
        Gen.Int[1, 500].Array[1, 4].Sample(
            stops =>
            {
                string folder = Directory.CreateDirectory(_folder.File(Guid.NewGuid().ToString("N"))).FullName;
                foreach (int stop in stops.TakeWhile(_ => !File.Exists(Path.Combine(folder, "dataset.json"))))
                {
                    int seen = 0;
                    MemoryCorpus corpus = MemoryCorpus.Of(Texts);
                    // Entries are read twice (a first look, then the tokens): fail in the middle of either.
                    corpus.OnEntry = index => corpus.FailAt = ++seen >= stop ? index : null;
                    try
                    {
                        Build(folder, whole with { Corpus = corpus });
                    }
                    catch (IOException)
                    {
                        // What a crash in the middle of writing may leave behind the saved state.
                        foreach (string shard in Directory.GetFiles(folder, "*_*.bin").Where(IsUnfinished))
                        {
                            File.AppendAllText(shard, "half a token");
                        }
                    }
                }

                if (!File.Exists(Path.Combine(folder, "dataset.json")))
                {
                    Build(folder, whole with { Corpus = MemoryCorpus.Of(Texts) });
                }

                Assert.Equal(Names(expected.Folder).Where(name => name != "run.lock"), Names(folder));
                Assert.All(Names(folder), name => Assert.Equal(Hash(expected.Folder, name), Hash(folder, name)));
            },
            iter: 25,
            threads: 1);
    }

    [Fact]
    public void A_stop_keeps_what_was_done()
    {
        using var stop = new CancellationTokenSource();
        MemoryCorpus corpus = MemoryCorpus.Of(Texts);
        int read = 0;
        corpus.OnEntry = _ =>
        {
            if (++read == Texts.Length + 250)
            {
                stop.Cancel();
            }
        };
        DatasetRequest request = Request(corpus);
        Assert.ThrowsAny<OperationCanceledException>(() => DatasetPreparer.PrepareInto(request, _folder.File("a"), cancellationToken: stop.Token));
        Assert.True(File.Exists(_folder.File("a", "preparation.json")));
        Assert.Contains("not finished", Assert.Throws<UsageException>(() => DatasetFolder.Open(_folder.File("a"))).Message, StringComparison.Ordinal);
        using Dataset again = Prepare("a", request);
        using Dataset expected = Prepare("b", Request(MemoryCorpus.Of(Texts)));
        Assert.Equal(expected.Fingerprint, again.Fingerprint);
    }

    [Fact]
    public void What_a_killed_preparation_left_aside_goes_away()
    {
        _folder.Write("a/.preparation.json.tmp-12-3", "half");
        Prepare("a", Request(MemoryCorpus.Of(Texts))).Dispose();
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder.File("a")), path => path.Contains(".tmp-", StringComparison.Ordinal));
        // Killed between the last file and the end of the process.
        _folder.Write("a/.tokenizer.json.tmp-12-4", "");
        _folder.Write("a/notes.tmp-12-4", "mine");
        _folder.Write("a/preparation.json", "{}");
        _folder.Write("a/documents.tmp", "12345678");
        Prepare("a", Request(MemoryCorpus.Of(Texts))).Dispose();
        Assert.Equal(["notes.tmp-12-4"], Directory.EnumerateFiles(_folder.File("a")).Select(Path.GetFileName).Where(name => name!.Contains(".tmp-", StringComparison.Ordinal)));
        Assert.False(File.Exists(_folder.File("a", "preparation.json")));
        Assert.False(File.Exists(_folder.File("a", "documents.tmp")));
    }

    [Fact]
    public void Other_text_in_the_same_folder_needs_a_word()
    {
        Prepare("a", Request(MemoryCorpus.Of(Texts))).Dispose();
        DatasetRequest other = Request(MemoryCorpus.Of(Texts)) with { DropDuplicates = true };
        UsageException refused = Assert.Throws<UsageException>(() => Prepare("a", other));
        Assert.Contains("--overwrite", refused.Remedy, StringComparison.Ordinal);
        _folder.Write("a/notes.txt", "mine");
        using Dataset replaced = DatasetPreparer.PrepareInto(other, _folder.File("a"), overwrite: true, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(replaced.Summary.Duplicates > 0);
        Assert.True(File.Exists(_folder.File("a", "notes.txt")));
    }

    [Fact]
    public void A_removal_that_was_killed_is_repeated()
    {
        Prepare("a", Request(MemoryCorpus.Of(Texts))).Dispose();
        File.Delete(Directory.EnumerateFiles(_folder.File("a"), "*.bin").First());
        DatasetRequest other = Request(MemoryCorpus.Of(Texts)) with { DropDuplicates = true };
        Assert.Throws<UsageException>(() => Prepare("a", other));
        using Dataset replaced = DatasetPreparer.PrepareInto(other, _folder.File("a"), overwrite: true, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(replaced.Summary.Duplicates > 0);
    }

    [Fact]
    public void A_finished_dataset_is_opened_without_reading_the_corpus()
    {
        Prepare("a", Request(MemoryCorpus.Of(Texts))).Dispose();
        MemoryCorpus corpus = MemoryCorpus.Of(Texts);
        corpus.FailAt = 0;
        using Dataset again = Prepare("a", Request(corpus));
        Assert.True(again.Train.Count > 0);
    }

    [Theory]
    [InlineData("preparation.json", "{")]
    [InlineData("preparation.json", "{\"Request\":\"x\",\"HoldOut\":{\"Cut\":5},\"Train\":{\"Documents\":1,\"Bytes\":1,\"LineFeedsAtEnd\":0,\"Shards\":[{\"Name\":\"../x.bin\",\"Tokens\":1}]}}")]
    [InlineData("preparation.json", "{\"Request\":\"x\",\"HoldOut\":{\"Cut\":5},\"Rejected\":[null]}")]
    [InlineData("preparation.json", "{\"Request\":\"x\",\"HoldOut\":{\"Cut\":5},\"Rejected\":[{\"Name\":\"a\"}]}")]
    [InlineData("dataset.json", "{\"format_version\":2}")]
    public void Damaged_descriptions_are_named(string name, string content)
    {
        _folder.Write("a/" + name, content);
        Assert.Contains(name, Assert.Throws<FileFormatException>(() => Prepare("a", Request(MemoryCorpus.Of(Texts)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_split_without_text_is_refused_with_a_remedy()
    {
        // More documents than a first look reads, so that the fraction alone decides.
        MemoryCorpus corpus = MemoryCorpus.Of(Enumerable.Range(0, 1_200).Select(i => $"document {i}"));
        UsageException refused = Assert.Throws<UsageException>(() => Prepare("a", Request(corpus) with { ValidationFraction = 1e-9 }));
        Assert.Contains("--validation-fraction", refused.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_with_a_character_without_token_is_left_out_and_named()
    {
        string tokenizer = _folder.File("tokenizer.json");
        TokenizerFile.Save(new CharacterTokenizer("document 0123456789".EnumerateRunes(), hasEndOfText: true), tokenizer);
        string[] texts = [.. Enumerable.Range(0, 40).Select(i => $"document {i}"), "document 🦙", "document |0🦙| 1", "document| 7|7"];
        using Dataset dataset = Prepare("a", Request(MemoryCorpus.Of(texts)) with { Tokenizer = TokenizerChoice.Parse(tokenizer), DropDuplicates = true });
        Assert.Equal(2, dataset.Summary.RejectedCount);
        Assert.All(dataset.Summary.Rejected, rejected => Assert.Contains("'🦙' (U+1F999) at position", rejected.Reason, StringComparison.Ordinal));
        Assert.Equal([.. texts[..40].Append("document ").Append("document 77").Order()], Documents(dataset).Order());
    }

    [Fact]
    public void Where_nothing_is_left_the_first_reason_is_named()
    {
        string tokenizer = _folder.File("tokenizer.json");
        TokenizerFile.Save(new CharacterTokenizer("document".EnumerateRunes(), hasEndOfText: true), tokenizer);
        UsageException refused = Assert.Throws<UsageException>(() => Prepare("a", Request(MemoryCorpus.Of(["a llama 🦙 and more text"])) with { Tokenizer = TokenizerChoice.Parse(tokenizer) }));
        Assert.Contains("left out, the first: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("at position 0", refused.Message, StringComparison.Ordinal);
    }

    private static DatasetRequest Request(MemoryCorpus corpus) =>
        new() { Corpus = corpus, Tokenizer = TokenizerChoice.Bytes, ShardTokens = 1_000, ValidationFraction = 0.2, Threads = 2 };

    private static void Build(string folder, DatasetRequest request) =>
        new DatasetBuilder(request, "key", folder, progress: null, TestContext.Current.CancellationToken) { SaveEvery = 2_000, BatchBytes = 300 }.Build();

    private Dataset Prepare(string name, DatasetRequest request) =>
        DatasetPreparer.PrepareInto(request, _folder.File(name), cancellationToken: TestContext.Current.CancellationToken);

    private static bool IsUnfinished(string shard)
    {
        try
        {
            TokenFile.Open(shard).Dispose();
            return false;
        }
        catch (FileFormatException)
        {
            return true;
        }
    }

    private static IEnumerable<string> Names(string folder) => Directory.GetFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    // The whole one was prepared under a key of its own.
    private static string Hash(string folder, string name) => name == "dataset.json"
        ? System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(Path.Combine(folder, name)), "\"request\": \"[^\"]*\"", "")
        : Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, name))));

    private static string[] Documents(Dataset dataset) => [.. Documents(dataset, dataset.Train), .. Documents(dataset, dataset.Validation)];

    private static List<string> Documents(Dataset dataset, TokenShards shards)
    {
        var tokens = new int[shards.Count];
        shards.Read(0, tokens);
        var documents = new List<string>();
        int start = 1;
        Assert.Equal(dataset.Tokenizer.EndOfText, tokens[0]);
        for (int i = 1; i <= tokens.Length; i++)
        {
            if (i == tokens.Length || tokens[i] == dataset.Tokenizer.EndOfText)
            {
                documents.Add(dataset.Tokenizer.Decode(tokens.AsSpan(start, i - start)));
                start = i + 1;
            }
        }

        return documents;
    }
}
