using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using NGpt.Core.Data;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;
using NGpt.Data.Preparation;

namespace NGpt.Data.Tests;

public sealed class DatasetPreparerTests : PreparationTests
{
    private static string[] Documents(Dataset dataset, TokenShards shards)
    {
        var tokens = new int[shards.Count];
        shards.Read(0, tokens);
        var documents = new List<List<int>>();
        foreach (int token in tokens)
        {
            if (token == dataset.Tokenizer.EndOfText)
            {
                documents.Add([]);
            }
            else
            {
                documents[^1].Add(token);
            }
        }

        return [.. documents.Select(document => dataset.Tokenizer.Decode([.. document]))];
    }

    [Theory]
    [InlineData("bytes")]
    [InlineData("characters")]
    public void One_text_is_cut_near_nine_tenths_at_the_end_of_a_line(string kind)
    {
        string text = Lines(1_001);
        using Dataset dataset = Prepare(Source.Write("a.txt", text), TokenizerChoice.Parse(kind));
        Assert.Null(dataset.Tokenizer.EndOfText);
        string train = Text(dataset, dataset.Train);
        Assert.Equal(text, train + Text(dataset, dataset.Validation));
        Assert.EndsWith(".\n", train, StringComparison.Ordinal);
        Assert.InRange((double)train.Length / text.Length, 0.897, 0.903);
        Assert.Equal(Encoding.UTF8.GetByteCount(train), dataset.Summary.Train.Bytes);
        Assert.Equal(kind == "bytes" ? 1.0 : (double)Encoding.UTF8.GetByteCount(train) / train.Length, dataset.Summary.Train.BytesPerToken);
    }

    [Fact]
    public void A_text_without_lines_is_cut_between_characters()
    {
        for (int length = 3; length < 40; length++)
        {
            string text = string.Concat(Enumerable.Repeat("🙂", length));
            using Dataset dataset = Prepare(Source.Write($"{length}.txt", text), fraction: 0.31);
            Assert.Equal(text, Text(dataset, dataset.Train) + Text(dataset, dataset.Validation));
        }
    }

    [Fact]
    public void A_long_document_is_tokenized_in_whole_characters()
    {
        // 7 bytes a repeat and 6 MB: pieces of the reader and chunks of the tokenizer end inside every kind of character.
        string text = string.Concat(Enumerable.Repeat("é🙂x", 900_001));
        Source.Write("long.txt", text);
        Source.Write("short.txt", "x");
        using Dataset dataset = Prepare(Source.Path, TokenizerChoice.Characters);
        Assert.Equal(4, dataset.Tokenizer.VocabularySize);
        Assert.Equal($"{text}x", Text(dataset, dataset.Train) + Text(dataset, dataset.Validation));
    }

    [Fact]
    public void Every_document_begins_with_the_end_of_text_token()
    {
        Source.Write("a.txt", "first");
        Source.Write("b.txt", "second\n");
        Source.Write("d.txt", "third" + new string('!', 20));
        using Dataset dataset = Prepare(Source.Path, TokenizerChoice.Bytes, 0.2);
        Assert.Equal(256, dataset.Tokenizer.EndOfText);
        Assert.Equal(["first", "second\n", "third" + new string('!', 13)], Documents(dataset, dataset.Train));
        Assert.Equal(["!!!!!!!"], Documents(dataset, dataset.Validation));
        Assert.Equal(new SplitSummary(3, 30, 33), dataset.Summary.Train with { Shards = [] });
    }

    [Fact]
    public void Without_an_end_of_text_token_documents_are_separated_by_exactly_one_blank_line()
    {
        Source.Write("a.txt", "first");
        Source.Write("b.txt", "second\n");
        Source.Write("c.txt", "third\n\n");
        Source.Write("d.txt", "fourth" + new string('!', 20));
        string tokenizer = Cache.File("tokenizer.json");
        TokenizerFile.Save(new ByteTokenizer(), tokenizer);
        using Dataset dataset = Prepare(Source.Path, TokenizerChoice.Parse(tokenizer), 0.2);
        Assert.StartsWith("first\n\nsecond\n\nthird\n\nfourth!", Text(dataset, dataset.Train), StringComparison.Ordinal);
    }

    [Fact]
    public void Appending_documents_or_text_moves_no_other_document()
    {
        for (int i = 0; i < 200; i++)
        {
            Source.Write($"{i:000}.txt", $"<document {i}>");
        }

        string[] held;
        using (Dataset dataset = Prepare(Source.Path))
        {
            held = Documents(dataset, dataset.Validation);
        }

        Assert.InRange(held.Length, 3, 20);
        for (int i = 200; i < 300; i++)
        {
            Source.Write($"{i:000}.txt", $"<document {i}>");
        }

        File.AppendAllText(Source.File("007.txt"), " and more");
        using Dataset after = Prepare(Source.Path);
        string[] heldAfter = Documents(after, after.Validation);
        Assert.Equal(held.Where(text => !text.StartsWith("<document 7>", StringComparison.Ordinal)), heldAfter.Where(text => int.Parse(text.Split(' ', '>')[1]) is not (7 or >= 200)));
        Assert.Equal(300, after.Summary.Train.Documents + after.Summary.Validation.Documents);
    }

    [Fact]
    public void Something_is_always_held_out_of_many_documents()
    {
        for (int i = 0; i < 20; i++)
        {
            Source.Write($"{i}.txt", $"text {i}");
        }

        using Dataset dataset = Prepare(Source.Path, fraction: 1e-6);
        Assert.Equal(1, dataset.Summary.Validation.Documents);
        Assert.Equal(19, dataset.Summary.Train.Documents);
    }

    [Fact]
    public void Preparing_twice_gives_the_same_bytes()
    {
        Source.Write("a.txt", Lines(400));
        Source.Write("broken.bin", [0]);
        using var other = new TemporaryFolder();
        using Dataset first = Prepare(Source.Path, TokenizerChoice.Characters);
        using Dataset second = Prepare(Source.Path, TokenizerChoice.Characters, cache: other.Path);
        Assert.Equal(first.Fingerprint, second.Fingerprint);
        foreach (string name in (string[])["train_000000.bin", "val_000000.bin", "tokenizer.json", "dataset.json"])
        {
            Assert.Equal(SHA256.HashData(File.ReadAllBytes(Path.Combine(first.Folder, name))), SHA256.HashData(File.ReadAllBytes(Path.Combine(second.Folder, name))));
        }

        Assert.Equal(4, Directory.GetFileSystemEntries(first.Folder).Length);
        Assert.Equal([Path.GetFileName(first.Folder)], Directory.GetFileSystemEntries(Cache.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void What_is_left_out_is_counted_for_each_kind_of_reason_with_the_first_of_it()
    {
        Source.Write("a.jsonl", string.Concat(Enumerable.Range(0, 30).Select(i => $"{{\"text\":\"document {i}\"}}\n{{broken {i}\n{{\"body\":\"{i}\"}}\n")));
        Source.Write("b.txt", [0]);
        using Dataset first = Prepare(Source.Path);
        using Dataset second = Prepare(Source.Path);
        foreach (Dataset dataset in (Dataset[])[first, second])
        {
            Assert.Equal(61, dataset.Summary.RejectedCount);
            Assert.Equal(
                [(30L, "a.jsonl:2", "{broken 0"), (30L, "a.jsonl:3", "{\"body\":\"0\"}"), (1L, "b.txt", null)],
                dataset.Summary.LeftOut.Select(reason => (reason.Count, reason.First.Name, reason.First.Beginning)));
            Assert.Equal("30 × a.jsonl:3 (the field \"text\" is missing): {\"body\":\"0\"}", dataset.Summary.LeftOut[1].Describe());
        }
    }

    [Fact]
    public void Counts_of_many_kinds_of_reasons_stay_few()
    {
        IReadOnlyList<LeftOut> counts = LeftOut.Add([], Enumerable.Range(0, 200).Select(i => new RejectedDocument($"{i}", $"reason {new string('x', i)}")));
        Assert.Equal((LeftOut.MaxKinds, 200), (counts.Count, counts.Sum(reason => reason.Count)));
        counts = LeftOut.Add(counts, new RejectedDocument("z", "reason ") { Beginning = "z" });
        Assert.Equal((2, "0"), (counts[0].Count, counts[0].First.Name));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Overwriting_says_that_it_starts_from_the_beginning(bool isComplete)
    {
        string folder = Path.Combine(Cache.Path, "mine");
        DatasetRequest first = new() { Corpus = new FileCorpus([Source.Write("a.txt", Lines(50))]), Tokenizer = TokenizerChoice.Bytes };
        DatasetPreparer.PrepareInto(first, folder, cancellationToken: TestContext.Current.CancellationToken).Dispose();
        if (!isComplete)
        {
            // As one that was stopped: its state in place of the description.
            string manifest = Path.Combine(folder, "dataset.json");
            new PreparationState { Request = JsonNode.Parse(File.ReadAllText(manifest))!["request"]!.GetValue<string>(), HoldOut = new HoldOut { Cut = 1 } }.Write(folder);
            File.Delete(manifest);
        }

        DatasetRequest other = first with { Corpus = new FileCorpus([Source.Write("b.txt", Lines(60))]) };
        DatasetPreparer.PrepareInto(other, folder, overwrite: true, new PreparationNotes(Notes), TestContext.Current.CancellationToken).Dispose();
        string note = Assert.Single(Notes);
        Assert.Contains("starts from the beginning", note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.1)]
    [InlineData(0.51)]
    [InlineData(double.NaN)]
    public void Fractions_out_of_range_are_refused(double fraction) =>
        Assert.Throws<UsageException>(() => Prepare(Source.Write("a.txt", "text"), fraction: fraction));

    [Fact]
    public void A_text_too_short_to_divide_is_refused() =>
        Assert.Contains("too little", Assert.Throws<UsageException>(() => Prepare(Source.Write("a.txt", "abcd"))).Message, StringComparison.Ordinal);
}
