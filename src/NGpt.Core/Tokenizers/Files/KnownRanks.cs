using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NGpt.Core.Tokenizers.Normalization;

namespace NGpt.Core.Tokenizers.Files;

/// <summary>
/// A published tiktoken file, recognized by its content. The file holds ranks alone: pattern and control tokens are in the
/// program that belongs to it.
/// </summary>
/// <param name="Name">The name of the encoding.</param>
/// <param name="Count">The number of ranks.</param>
/// <param name="Digest">SHA-256 of the ranks in their order, a line each, as they are published.</param>
/// <param name="Pattern">How a text is cut into pieces.</param>
/// <param name="ControlTokens">The control tokens.</param>
internal sealed record KnownRanks(string Name, int Count, string Digest, SplitPattern Pattern, IReadOnlyList<AddedToken> ControlTokens)
{
    /// <summary>The pattern of o200k: as GPT-4's, but words are cut where capitals begin, and marks belong to letters.</summary>
    public const string O200kExpression =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string EndOfText = "<|endoftext|>";

    private static readonly Lazy<KnownRanks[]> All = new(() =>
    [
        new("r50k_base", 50256, "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930", SplitPattern.Gpt2, [new(50256, EndOfText)]),
        new("p50k_base", 50280, "94b5ca7dff4d00767bc256fdd1b27e5b17361d7b8a5f968547f9f23eb70d2069", SplitPattern.Gpt2, [new(50256, EndOfText)]),
        new("cl100k_base", 100256, "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7", SplitPattern.Gpt4,
            [new(100257, EndOfText), new(100258, "<|fim_prefix|>"), new(100259, "<|fim_middle|>"), new(100260, "<|fim_suffix|>"), new(100276, "<|endofprompt|>")]),
        new("o200k_base", 199998, "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d", SplitPattern.OfExpression(O200kExpression),
            [new(199999, EndOfText), new(200018, "<|endofprompt|>")]),
        new("Llama 3", 128000, "82e9d31979e92ab929cd544440f129d9ecd797b69e327f80f17e1c50d5551b55", SplitPattern.Gpt4, Llama3()),
        new("Qwen", 151643, "b2b1b8dfb5cc5f024bafc373121c6aba3f66f9a5a0269e243470a1de16a33186", SplitPattern.Qwen2,
            [new(151643, EndOfText), new(151644, "<|im_start|>"), new(151645, "<|im_end|>"), .. Numbered("<|extra_", 151646, first: 0, count: 205)])
        {
            Normalizer = new UnicodeForm(composes: true, isCompatible: false),
        },
    ]);

    /// <summary>The published files.</summary>
    public static IReadOnlyList<KnownRanks> Published => All.Value;

    /// <summary>What changes a text; null where nothing does.</summary>
    public UnicodeForm? Normalizer { get; init; }

    /// <summary>The digest of ranks.</summary>
    public static string DigestOf(SortedDictionary<int, byte[]> ranks)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((int rank, byte[] token) in ranks)
        {
            hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Convert.ToBase64String(token)} {rank}\n")));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static AddedToken[] Llama3() =>
    [
        new(128000, "<|begin_of_text|>"), new(128001, "<|end_of_text|>"), .. Numbered("<|reserved_special_token_", 128002, first: 0, count: 4),
        new(128006, "<|start_header_id|>"), new(128007, "<|end_header_id|>"), new(128008, "<|reserved_special_token_4|>"), new(128009, "<|eot_id|>"),
        .. Numbered("<|reserved_special_token_", 128010, first: 5, count: 246),
    ];

    private static IEnumerable<AddedToken> Numbered(string name, int id, int first, int count) =>
        Enumerable.Range(0, count).Select(index => new AddedToken(id + index, string.Create(CultureInfo.InvariantCulture, $"{name}{first + index}|>")));
}
