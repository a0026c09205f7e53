using NGpt.Core.Errors;

namespace NGpt.Data.Fetch;

/// <summary>The public corpora that can be downloaded by name.</summary>
public static class CorpusCatalog
{
    private const string HuggingFace = "https://huggingface.co/";

    /// <summary>All of them, small ones first.</summary>
    public static IReadOnlyList<CorpusDownload> All { get; } =
    [
        new(
            "tiny-shakespeare",
            "plays of Shakespeare, one text",
            "public domain",
            [
                new CorpusFile(
                    "tinyshakespeare.txt",
                    new Uri("https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt"),
                    1_115_394,
                    "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"),
            ]),
        new(
            "gpt2-tokenizer",
            "vocabulary and merges of GPT-2's byte-level BPE",
            "MIT (openai-community/gpt2)",
            [
                Hosted("openai-community/gpt2/resolve/main/vocab.json", 1_042_301, "196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783"),
                Hosted("openai-community/gpt2/resolve/main/merges.txt", 456_318, "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5"),
            ]),
        new(
            "wikitext-103",
            "articles of Wikipedia, raw; a row is a line of an article",
            "CC BY-SA 3.0 and GFDL (Salesforce/wikitext)",
            [
                Hosted("datasets/Salesforce/wikitext/resolve/main/wikitext-103-raw-v1/train-00000-of-00002.parquet", 157_000_000),
                Hosted("datasets/Salesforce/wikitext/resolve/main/wikitext-103-raw-v1/train-00001-of-00002.parquet", 157_000_000),
                Hosted("datasets/Salesforce/wikitext/resolve/main/wikitext-103-raw-v1/validation-00000-of-00001.parquet", 660_000),
                Hosted("datasets/Salesforce/wikitext/resolve/main/wikitext-103-raw-v1/test-00000-of-00001.parquet", 730_000),
            ]),
        new(
            "tinystories",
            "two million short stories for children, written by language models",
            "CDLA-Sharing 1.0 (roneneldan/TinyStories)",
            [
                Hosted("datasets/roneneldan/TinyStories/resolve/main/data/train-00000-of-00004-2d5a1467fff1081b.parquet", 249_000_000),
                Hosted("datasets/roneneldan/TinyStories/resolve/main/data/train-00001-of-00004-5852b56a2bd28fd9.parquet", 248_000_000),
                Hosted("datasets/roneneldan/TinyStories/resolve/main/data/train-00002-of-00004-a26307300439e943.parquet", 246_000_000),
                Hosted("datasets/roneneldan/TinyStories/resolve/main/data/train-00003-of-00004-d243063613e5a057.parquet", 248_000_000),
                Hosted("datasets/roneneldan/TinyStories/resolve/main/data/validation-00000-of-00001-869c898b519ad725.parquet", 10_000_000),
            ]),
        new(
            "openwebtext",
            "eight million pages of the web, after the data of GPT-2",
            "CC0 for the collection, the pages keep their own terms (Skylion007/openwebtext)",
            [.. Enumerable.Range(0, 80).Select(part => Hosted($"datasets/Skylion007/openwebtext/resolve/main/plain_text/train-{part:00000}-of-00080.parquet", 303_000_000))]),
        new(
            "fineweb-edu-sample",
            "10 billion tokens of educational pages of the web",
            "ODC-By 1.0 and the terms of Common Crawl (HuggingFaceFW/fineweb-edu)",
            [.. Enumerable.Range(0, 14).Select(part => Hosted($"datasets/HuggingFaceFW/fineweb-edu/resolve/main/sample/10BT/{part:000}_00000.parquet", 2_040_000_000))]),
    ];

    /// <summary>Finds one by its name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="UsageException">There is none of this name.</exception>
    public static CorpusDownload Find(string name)
    {
        string[] names = [.. All.Select(download => download.Name)];
        return All.FirstOrDefault(download => download.Name == name) ?? throw new UsageException(
            $"unknown corpus \"{name}\": there are {string.Join(", ", names)}",
            Spelling.Nearest(name, names) is string nearest ? $"did you mean {nearest}?" : null);
    }

    private static CorpusFile Hosted(string path, long bytes, string? sha256 = null) =>
        new(path[(path.LastIndexOf('/') + 1)..], new Uri(HuggingFace + path), bytes, sha256);
}

/// <summary>A public corpus, or files that belong to one, that can be downloaded by name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Description">What it is: one line.</param>
/// <param name="License">Under which terms it is published; for information, not advice.</param>
/// <param name="Files">Its files.</param>
public sealed record CorpusDownload(string Name, string Description, string License, IReadOnlyList<CorpusFile> Files)
{
    /// <summary>About how many bytes its files have.</summary>
    public long ApproximateBytes => Files.Sum(file => file.ApproximateBytes);
}

/// <summary>A file that can be downloaded.</summary>
/// <param name="Name">Its name on the disk.</param>
/// <param name="Address">Where it lies.</param>
/// <param name="ApproximateBytes">About how large it is; exactly where the checksum is known.</param>
/// <param name="Sha256">The SHA-256 of its content in lower-case hexadecimal; null where it is not known for certain.</param>
public sealed record CorpusFile(string Name, Uri Address, long ApproximateBytes, string? Sha256 = null);

/// <summary>Which addresses are asked.</summary>
internal sealed class FetchAddress(FetchOptions options)
{
    /// <summary>The address to ask for a file.</summary>
    public Uri Of(Uri address)
    {
        Uri asked = options.BaseAddress is { } root ? new Uri(root.AbsoluteUri.TrimEnd('/') + address.PathAndQuery) : address;
        return Problem(asked) is string problem
            ? throw new UsageException($"{asked.GetLeftPart(UriPartial.Authority)}: {problem}", "give an https:// address, or --allow-http on a trusted network")
            : asked;
    }

    /// <summary>The address that a server leads to.</summary>
    public Uri Redirect(Uri from, Uri? location)
    {
        Uri to = location is null ? throw new NGptException($"{from.Host} leads on to nowhere", "try again later, or another address: --from URL") : new Uri(from, location);

        // A foreign server must not lead to a service of this machine.
        bool leadsInside = to.IsLoopback && !from.IsLoopback;
        return leadsInside || Problem(to) is not null
            ? throw new NGptException($"{from.Host} leads on to {to.GetLeftPart(UriPartial.Authority)}, which is not asked", "try another address: --from URL")
            : to;
    }

    private string? Problem(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && (address.IsLoopback || options.AllowHttp)) ? null
        : address.Scheme == Uri.UriSchemeHttp ? "plain http is not asked"
        : $"{address.Scheme} is not understood";
}
