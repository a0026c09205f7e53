using NGpt.Core.Data;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;
using NGpt.Data.Evaluation;
using NGpt.Data.Preparation;

namespace NGpt.Data.Tests;

public sealed class EvaluationDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_whole_text_has_the_tokens_of_a_prepared_one(bool hasEndOfText)
    {
        // Line feeds at the ends of documents matter where a blank line keeps them apart.
        string[] texts = ["first", "second\n", "third\n\n", "fourth\n\n\n\n", "\n" + string.Concat(Enumerable.Repeat("fifth\n", 200))];
        string lines = string.Concat(texts.Select(text => $$"""{"text":"{{text.Replace("\n", "\\n", StringComparison.Ordinal)}}"}""" + "\n"));
        string path = _folder.Write("a.jsonl", lines + "{broken\n");
        ITokenizer tokenizer = Tokenizer(hasEndOfText);
        using EvaluationData data = Open(Request(path, tokenizer));
        int[] expected = Separated(texts, tokenizer);
        Assert.Equal(expected, All(data.Tokens));
        Assert.Null(data.Fingerprint);
        Assert.Equal((1, "a.jsonl:6", "{broken"), (Assert.Single(data.LeftOut).Count, data.LeftOut[0].First.Name, data.LeftOut[0].First.Beginning));

        string prepared = _folder.File("prepared");
        DatasetRequest request = new() { Corpus = new FileCorpus([path]), Tokenizer = TokenizerChoice.Parse(Request(path, tokenizer).TokenizerPath!), ValidationFraction = 0.01 };
        using (Dataset dataset = DatasetPreparer.PrepareInto(request, prepared, cancellationToken: TestContext.Current.CancellationToken))
        {
            int[] train = All(dataset.Train);
            Assert.InRange(train.Length, expected.Length / 2, expected.Length);
            Assert.Equal(train, expected[..train.Length]);
        }

        foreach ((DataSplit? split, string name) in (ReadOnlySpan<(DataSplit?, string)>)[(null, "val"), (DataSplit.Validation, "val"), (DataSplit.Train, "train")])
        {
            using EvaluationData part = Open(Request(prepared, tokenizer) with { Split = split });
            using TokenShards file = TokenShards.Open(Path.Combine(prepared, $"{name}_000000.bin"));
            Assert.Equal(All(file), All(part.Tokens));
        }
    }

    [Fact]
    public void Text_behind_what_is_wanted_is_not_read()
    {
        string path = _folder.Write("a.jsonl", string.Concat(Enumerable.Repeat("{\"text\":\"0123456789\"}\n", 100)));
        using EvaluationData data = Open(Request(path, Tokenizer(false)) with { MaxTokens = 24 });
        // The first is not predicted; 10 and 2 for the blank line a document.
        Assert.InRange(data.Tokens.Count, 25, 36);
    }

    [Fact]
    public void A_divided_text_gives_the_part_that_was_asked_for()
    {
        string path = _folder.Write("a.txt", string.Concat(Enumerable.Range(0, 500).Select(i => $"line {i}\n")));
        ITokenizer tokenizer = Tokenizer(false);
        string whole = File.ReadAllText(path);
        using EvaluationData train = Open(Request(path, tokenizer) with { Split = DataSplit.Train });
        using EvaluationData validation = Open(Request(path, tokenizer) with { Split = DataSplit.Validation });
        Assert.Equal(whole, tokenizer.Decode(All(train.Tokens)) + tokenizer.Decode(All(validation.Tokens)));
        Assert.InRange(validation.Tokens.Count, whole.Length / 12, whole.Length / 8);
        Assert.NotNull(train.Fingerprint);
    }

    [Fact]
    public void Tokens_of_another_tokenizer_are_refused()
    {
        string path = _folder.Write("a.txt", string.Concat(Enumerable.Range(0, 50).Select(i => $"line {i}\n")));
        string prepared = _folder.File("prepared");
        DatasetPreparer.PrepareInto(new DatasetRequest { Corpus = new FileCorpus([path]), Tokenizer = TokenizerChoice.Bytes }, prepared, cancellationToken: TestContext.Current.CancellationToken).Dispose();
        UsageException failure = Assert.Throws<UsageException>(() => Open(Request(prepared, Tokenizer(true))));
        Assert.Equal(
            $"{prepared}: the tokenizers differ: model: characters, 39 tokens; data: bytes, 256 tokens",
            failure.Message);
    }

    [Fact]
    public void A_run_whose_text_has_changed_is_measured_on_its_tokens_in_the_cache()
    {
        (string path, ITokenizer tokenizer, string fingerprint, int[] tokens) = PrepareThenChange();
        using (EvaluationData found = Open(Request(path, tokenizer) with { Split = DataSplit.Validation, Fingerprint = fingerprint }))
        {
            Assert.Equal(fingerprint, found.Fingerprint);
            Assert.Equal(tokens, All(found.Tokens));
        }

        // Where they are gone or damaged, the model's tokenizer encodes what the text is now.
        string manifest = Path.Combine(Directory.GetDirectories(_folder.File("cache")).Single(), "dataset.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest)[..^20]);
        using EvaluationData changed = Open(Request(path, tokenizer) with { Split = DataSplit.Validation, Fingerprint = fingerprint });
        Assert.NotEqual(fingerprint, changed.Fingerprint);
        Assert.EndsWith(tokenizer.Decode(All(changed.Tokens)), File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_about_tokenizers_of_one_kind_and_size_names_a_token()
    {
        (string path, ITokenizer tokenizer, _, _) = PrepareThenChange();
        DatasetRequest other = new() { Corpus = new FileCorpus([path]), Tokenizer = TokenizerChoice.BytePairs(300) };
        DatasetPreparer.PrepareInto(other, _folder.File("other"), cancellationToken: TestContext.Current.CancellationToken).Dispose();
        UsageException failure = Assert.Throws<UsageException>(() => Open(Request(_folder.File("other"), tokenizer)));
        Assert.Matches("the tokenizers differ: both are bpe with 300 tokens, but token [0-9]+ is '.+' for the model and '.+' for the data$", failure.Message);
    }

    // A text in which "line" is frequent, prepared in the cache with a BPE of its own; then another text in its place.
    private (string Path, ITokenizer Tokenizer, string Fingerprint, int[] Validation) PrepareThenChange()
    {
        string path = _folder.Write("a.txt", string.Concat(Enumerable.Range(0, 500).Select(i => $"line {i} is the first of {i * 7} sentences\n")));
        DatasetRequest request = new() { Corpus = new FileCorpus([path]), Tokenizer = TokenizerChoice.BytePairs(300), CacheFolder = _folder.File("cache") };
        using Dataset dataset = DatasetPreparer.Prepare(request, cancellationToken: TestContext.Current.CancellationToken);
        _folder.Write("a.txt", string.Concat(Enumerable.Range(0, 700).Select(i => $"row {i * i} was another with {i * 3} letters\n")));
        return (path, dataset.Tokenizer, dataset.Fingerprint, All(dataset.Validation));
    }

    private static EvaluationData Open(EvaluationRequest request) => EvaluationData.Open(request, progress: null, TestContext.Current.CancellationToken);

    private static int[] Separated(string[] texts, ITokenizer tokenizer) => tokenizer.EndOfText is int end
        ? [.. texts.SelectMany(text => tokenizer.Encode(text).Prepend(end))]
        : tokenizer.Encode("first\n\nsecond\n\nthird\n\nfourth\n\n\n\n" + texts[^1]);

    private static int[] All(ITokenSource source)
    {
        int[] tokens = new int[source.Count];
        source.Read(0, tokens);
        return tokens;
    }

    private static CharacterTokenizer Tokenizer(bool hasEndOfText) =>
        new("abcdefghijklmnopqrstuvwxyz0123456789 \n".EnumerateRunes(), hasEndOfText);

    private EvaluationRequest Request(string source, ITokenizer tokenizer)
    {
        string path = _folder.File("model", TokenizerFile.FileName);
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            TokenizerFile.Save(tokenizer, path);
        }

        return new EvaluationRequest { Source = source, Tokenizer = tokenizer, TokenizerPath = path, CacheFolder = _folder.File("cache") };
    }
}
