using System.Diagnostics.CodeAnalysis;
using System.Text;
using NGpt.Core.Files.Gguf;
using NGpt.Core.Generation;
using NGpt.Core.Tokenizers;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Models;
using NGpt.Tests;

namespace NGpt.Fuzz.Targets;

/// <summary>The reader of GGUF files, and of Llama models in them with their tokenizers.</summary>
internal sealed class GgufTarget : FuzzTarget
{
    private const string Name = "m.gguf";

    [SetsRequiredMembers]
    public GgufTarget()
    {
        GgufValue nested = GgufValue.OfArray(GgufValue.OfArray(GgufValue.OfArray<short>(1, -2, 3), GgufValue.OfArray("x", "größe")));
        Seeds =
        [
            Seed([], []),
            Seed(
                [new("general.architecture", GgufValue.Of("ngpt")), new("ngpt.block_count", GgufValue.Of(12u)), new("ngpt.rope.freq_base", GgufValue.Of(10000f))],
                [
                    GgufEntry.FromMemory<float>("token_embd.weight", GgufTensorType.F32, [3, 5], new float[15]),
                    GgufEntry.FromMemory<byte>("blk.0.attn_q.weight", GgufTensorType.Q8_0, [3, 64], new byte[204]),
                    GgufEntry.FromMemory<byte>("blk.0.attn_k.weight", GgufTensorType.Q4_0, [5, 32], new byte[90]),
                ]),
            Seed(
                [
                    new("tokenizer.ggml.tokens", GgufValue.OfArray("<s>", "a", "\u0120the")),
                    new("tokenizer.ggml.scores", GgufValue.OfArray(0f, -1f, -2f)),
                    new("tokenizer.ggml.token_type", GgufValue.OfArray(3, 1, 1)),
                    new("flag", GgufValue.Of(true)),
                    new("flags", GgufValue.OfArray(true, false)),
                    new("nested", nested),
                    new("bytes", GgufValue.OfArray<byte>(1, 2, 3)),
                    new("large", GgufValue.Of(ulong.MaxValue)),
                    new("precise", GgufValue.Of(1e-300)),
                ],
                [
                    GgufEntry.FromMemory<Half>("h", GgufTensorType.F16, [2, 1, 3], new Half[6]),
                    GgufEntry.FromMemory<ushort>("b", GgufTensorType.BF16, [0, 7], Array.Empty<ushort>()),
                    GgufEntry.FromMemory<byte>("n", GgufTensorType.NVFP4, [2, 2, 2, 64], new byte[288]),
                    GgufEntry.FromMemory<float>("s", GgufTensorType.F32, [], new float[1]),
                ]),
            Model(LlamaFile.SentencePieces("▁the", "▁t", "he", "▁", "t", "h", "e"), version: 3, isTied: true),
            Model(LlamaFile.BytePairs("llama-bpe", ["t h", "th e", "Ġ the"], "<|begin|>", "<|eot_id|>"), version: 2, isTied: false),
        ];
        Words = [.. new[] { "llama", "gpt2", "tekken", "smollm", "tokenizer.ggml.merges", "tokenizer.ggml.scores", "tokenizer.ggml.add_eos_token", "llama.attention.head_count_kv", "llama.rope.scaling.factor", "output.weight", "t h", "<0x41>", "GGUF", "general.alignment", "general.architecture", "w", "\u0120", "\uD7FF" }.SelectMany(text => new[] { Encoding.UTF8.GetBytes(text), Text(text) }), Alignment(64), Alignment(0), Alignment(24), [0xFF], [9, 0, 0, 0, 9, 0, 0, 0]];
        FixedBytes = 20_000_000;
        BytesPerByte = 500;
    }

    /// <inheritdoc/>
    public override void Read(string path)
    {
        using GgufFile file = GgufFile.Open(path);
        foreach ((string key, GgufValue value) in file.Metadata)
        {
            bool isSomething = value.TryText(out _) || value.TryFlag(out _) || value.TryNumber(out _) || value.ElementType is not null;
            if (!isSomething || key.Length == 0 || value.ToString().Length == 0)
            {
                throw new InvalidOperationException($"metadata {key} is {value}");
            }
        }

        foreach (GgufTensor tensor in file.TensorList)
        {
            long elements = Elements(tensor.Shape);
            ReadOnlySpan<byte> bytes = file.Bytes(tensor.Name);
            if (elements != tensor.ElementCount || bytes.Length != tensor.ByteLength)
            {
                throw new InvalidOperationException($"{bytes.Length} bytes of {tensor}");
            }

            if (tensor.Type.BlockLength() == 1 && file.ReadFloats(tensor.Name).Length != elements)
            {
                throw new InvalidOperationException($"other values than {elements} of {tensor}");
            }

            using MemoryStream copy = new();
            file.CopyTo(tensor.Name, copy);
            if (!copy.GetBuffer().AsSpan(0, (int)copy.Length).SequenceEqual(bytes))
            {
                throw new InvalidOperationException($"two readings of {tensor} differ");
            }
        }

        if (file.Metadata.ContainsKey("tokenizer.ggml.model"))
        {
            Run(path);
        }
    }

    private static void Run(string path)
    {
        using RuntimeModel model = RuntimeModel.Load(path);
        int[] tokens = model.Tokenizer.EncodePrompt("the größe");
        _ = (model.Tokenizer.Decode(tokens).Length, model.Tokenizer.EndsText(0));
        using InferenceContext context = model.CreateContext(new ContextOptions { ContextLength = tokens.Length, Threads = 1 });
        context.Run([new SequenceStep(0, tokens)]);
        if (context.Logits(0).Length != model.Config.VocabularySize)
        {
            throw new InvalidOperationException($"{context.Logits(0).Length} logits");
        }
    }

    private static FuzzFile[] Model((Dictionary<string, object> Keys, string[] Tokens) tokenizer, uint version, bool isTied) =>
        [new FuzzFile(Name, new LlamaFile(tokenizer.Keys, tokenizer.Tokens.Length, isTied, headWidth: 2).ToBytes(version, isFloat16: isTied))];

    private static FuzzFile[] Seed(KeyValuePair<string, GgufValue>[] metadata, GgufEntry[] entries) =>
        [SeedFiles.Written(Name, path => GgufWriter.Write(path, metadata, entries))];

    // With its length, as the file has it.
    private static byte[] Text(string text) => [.. BitConverter.GetBytes((ulong)Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Alignment(uint value) => [.. Text("general.alignment"), .. BitConverter.GetBytes((uint)GgufValueType.U32), .. BitConverter.GetBytes(value)];
}
