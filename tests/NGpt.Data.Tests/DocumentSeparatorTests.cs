using System.Text;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;
using NGpt.Data.Preparation;

namespace NGpt.Data.Tests;

/// <summary>Text files of several documents, and end-of-text marks inside of documents.</summary>
public sealed class DocumentSeparatorTests : IDisposable
{
    private const string Mark = "<|endoftext|>";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static FileCorpus Corpus(string path, string separator = Mark) => new([path], new FileCorpusOptions { DocumentSeparator = separator });

    private static string[] Texts(FileCorpus corpus) => [.. corpus.Documents().Select(document => Encoding.UTF8.GetString(document.Utf8.Span))];

    [Theory]
    [InlineData("one\n<|endoftext|>\ntwo\r\n\r\n<|endoftext|>three", "one", "two", "three")]
    [InlineData("<|endoftext|>one<|endoftext|><|endoftext|>\n \n<|endoftext|>two\n<|endoftext|>\n", "one", "two")]
    [InlineData("\none<|endoftext", "\none<|endoftext")]
    public void Text_is_divided_at_the_separator_and_line_feeds_beside_it(string text, params string[] expected)
    {
        using FileCorpus corpus = Corpus(_folder.Write("a.txt", text));
        Assert.Equal(expected, Texts(corpus));
        Assert.Equal(Enumerable.Range(1, expected.Length).Select(i => $"a.txt:{i}"), corpus.Documents().Select(document => document.Name));
    }

    [Theory]
    [InlineData("a.txt")]
    [InlineData("a.txt.gz")]
    public void Separators_across_pieces_are_found_and_reading_goes_on_behind_any_document(string name)
    {
        // Pieces of a file have 4 MiB: with these lengths, separators lie across their ends.
        string[] texts = [.. Enumerable.Range(0, 9).Select(i => new string((char)('a' + i), (1 << 20) - Mark.Length + (i == 3 ? 5 : 0)))];
        byte[] content = Encoding.UTF8.GetBytes(string.Join(Mark, texts));
        using FileCorpus corpus = Corpus(_folder.Write(name, name.EndsWith(".gz", StringComparison.Ordinal) ? CorpusFiles.Gzip(content) : content));
        Assert.Equal(texts, Texts(corpus));
        CorpusEntry[] entries = [.. corpus.Entries()];
        for (int i = 0; i < entries.Length; i++)
        {
            Assert.Equal(entries[(i + 1)..].Select(entry => entry.Document!.Name), corpus.Read(entries[i].Next, TestContext.Current.CancellationToken).Select(entry => entry.Document!.Name));
        }

        Assert.Equal(corpus.SourceBytes, entries[^1].SourceBytesRead);
    }

    [Fact]
    public void A_document_of_more_than_64_MiB_is_left_out_and_the_next_one_read()
    {
        using FileCorpus corpus = Corpus(_folder.Write("a.txt", $"one{Mark}{new string('x', (64 << 20) + 1)}{Mark}three"));
        Assert.Equal(["one", "three"], Texts(corpus));
        Assert.Equal(new RejectedDocument("a.txt:2", "the document is longer than 64 MiB"), Assert.Single(corpus.Rejected()));
    }

    [Fact]
    public void A_file_of_separators_alone_or_one_that_is_no_text_is_refused()
    {
        Assert.Contains("nothing but separators", Assert.Throws<FileFormatException>(() => Texts(Corpus(_folder.Write("a.txt", Mark + "\n" + Mark)))).Message, StringComparison.Ordinal);
        Assert.Contains("not UTF-8", Assert.Throws<FileFormatException>(() => Texts(Corpus(_folder.Write("a.txt", [.. "one<|endoftext|>"u8, 0xE9])))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(false, Mark)]
    public void A_mark_inside_of_documents_is_a_warning_with_the_remedy_unless_they_are_divided_there(bool ofTokenizer, string? separator)
    {
        string mark = ofTokenizer ? "<|end_of_text|>" : Mark;
        string path = _folder.Write("a.txt", string.Concat(Enumerable.Range(0, 30).Select(i => $"Story {i}.\n{mark}\n")));
        string tokenizer = _folder.File("tokenizer.json");
        TokenizerFile.Save(
            new BytePairTokenizer([.. Enumerable.Range(0, 256).Select(value => new[] { (byte)value })], [], SplitPattern.Gpt4, [new AddedToken(256, mark)]), tokenizer);
        List<string> notes = [];
        DatasetRequest request = new()
        {
            Corpus = new FileCorpus([path], new FileCorpusOptions { DocumentSeparator = separator }),
            Tokenizer = TokenizerChoice.Parse(tokenizer),
            CacheFolder = _folder.File("cache"),
        };
        using Dataset dataset = DatasetPreparer.Prepare(request, new Notes(notes), TestContext.Current.CancellationToken);
        if (separator is null)
        {
            Assert.Equal(
                $"a.txt: the text has {mark} inside, which is encoded as plain text and does not end a document; in text files, ngpt data prepare --document-separator '{mark}' divides there; in records, write each document as one of its own",
                Assert.Single(notes));
            Assert.Equal(1, dataset.Summary.Train.Documents);
        }
        else
        {
            Assert.Empty(notes);
            Assert.Equal(30, dataset.Summary.Train.Documents + dataset.Summary.Validation.Documents);
        }
    }

    private sealed class Notes(List<string> notes) : IProgress<DatasetProgress>
    {
        public void Report(DatasetProgress value) => notes.AddRange(value.Note is { } note ? [note] : []);
    }
}
