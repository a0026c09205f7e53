using System.Text;

namespace NGpt.Tests;

/// <summary>
/// A small Llama model as other programs write it: the GGUF file byte by byte, and the logits in float64 by the layout's own words
/// (RoPE rotates neighbouring pairs, groups of heads share keys and values, without an output matrix the token embedding is it).
/// Nothing here is shared with what reads it.
/// </summary>
internal sealed class LlamaFile
{
    private const int Layers = 2;
    private const int Heads = 6;
    private const int KeyHeads = 2;
    private const double Base = 5000;
    private const double Epsilon = 1e-3;

    private readonly Random _random = new(11);

    public LlamaFile(Dictionary<string, object> tokenizer, int vocabulary, bool isTied = true, int headWidth = 8)
    {
        (HeadWidth, Width) = (headWidth, Heads * headWidth);
        int mlpWidth = 7 * headWidth;
        Metadata = new()
        {
            ["general.architecture"] = "llama",
            ["general.name"] = "small",
            ["general.file_type"] = 1u,
            ["llama.block_count"] = (uint)Layers,
            ["llama.context_length"] = 64u,
            ["llama.embedding_length"] = (uint)Width,
            ["llama.feed_forward_length"] = (uint)mlpWidth,
            ["llama.attention.head_count"] = (uint)Heads,
            ["llama.attention.head_count_kv"] = (uint)KeyHeads,
            ["llama.attention.layer_norm_rms_epsilon"] = (float)Epsilon,
            ["llama.rope.freq_base"] = (float)Base,
            ["llama.rope.dimension_count"] = (uint)HeadWidth,
        };
        foreach ((string key, object value) in tokenizer)
        {
            Metadata[$"tokenizer.ggml.{key}"] = value;
        }

        Add("token_embd.weight", vocabulary, Width);
        Add("output_norm.weight", 0, Width);
        if (!isTied)
        {
            Add("output.weight", vocabulary, Width);
        }

        for (int layer = 0; layer < Layers; layer++)
        {
            Add($"blk.{layer}.attn_norm.weight", 0, Width);
            Add($"blk.{layer}.attn_q.weight", Width, Width);
            Add($"blk.{layer}.attn_k.weight", KeyHeads * HeadWidth, Width);
            Add($"blk.{layer}.attn_v.weight", KeyHeads * HeadWidth, Width);
            Add($"blk.{layer}.attn_output.weight", Width, Width);
            Add($"blk.{layer}.ffn_norm.weight", 0, Width);
            Add($"blk.{layer}.ffn_gate.weight", mlpWidth, Width);
            Add($"blk.{layer}.ffn_up.weight", mlpWidth, Width);
            Add($"blk.{layer}.ffn_down.weight", Width, mlpWidth);
        }
    }

    /// <summary>Keys and values; arrays are written as such.</summary>
    public Dictionary<string, object> Metadata { get; }

    private int HeadWidth { get; }

    private int Width { get; }

    /// <summary>Rows (0 for a vector), columns and values of every tensor; the values are those of float16.</summary>
    public Dictionary<string, (int Rows, int Columns, float[] Values)> Tensors { get; } = [];

    /// <summary>A SentencePiece vocabulary: 0 unknown, 1 begin, 2 end, then bytes, then pieces, the earlier the better.</summary>
    public static (Dictionary<string, object> Keys, string[] Tokens) SentencePieces(params string[] pieces)
    {
        string[] tokens = ["<unk>", "<s>", "</s>", .. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"), .. pieces];
        return (new()
        {
            ["model"] = "llama",
            ["pre"] = "default",
            ["tokens"] = tokens,
            ["scores"] = tokens.Select((_, id) => -(float)id).ToArray(),
            ["token_type"] = tokens.Select((_, id) => id == 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1).ToArray(),
            ["bos_token_id"] = 1u,
            ["eos_token_id"] = 2u,
            ["unknown_token_id"] = 0u,
        }, tokens);
    }

    /// <summary>A byte-level vocabulary: the bytes in their stand-ins, then what merges make, then control tokens.</summary>
    public static (Dictionary<string, object> Keys, string[] Tokens) BytePairs(string split, string[] merges, params string[] control)
    {
        string[] tokens = [.. Enumerable.Range(0, 256).Select(value => StandIn(value).ToString()), .. merges.Select(merge => merge.Replace(" ", "", StringComparison.Ordinal)), .. control];
        return (new()
        {
            ["model"] = "gpt2",
            ["pre"] = split,
            ["tokens"] = tokens,
            ["token_type"] = tokens.Select((_, id) => id < 256 + merges.Length ? 1 : 3).ToArray(),
            ["merges"] = merges.ToArray(),
            ["bos_token_id"] = (uint)(256 + merges.Length),
            ["eos_token_id"] = (uint)(tokens.Length - 1),
        }, tokens);
    }

    public byte[] ToBytes(uint version = 3, bool isFloat16 = true)
    {
        using MemoryStream stream = new();
        using BinaryWriter file = new(stream);
        file.Write("GGUF"u8);
        file.Write(version);
        file.Write((ulong)Tensors.Count);
        file.Write((ulong)Metadata.Count);
        foreach ((string key, object value) in Metadata)
        {
            Write(file, key);
            WriteValue(file, value);
        }

        ulong offset = 0;
        foreach ((string name, (int rows, int columns, float[] values)) in Tensors)
        {
            Write(file, name);
            file.Write(rows == 0 ? 1u : 2u);
            file.Write((ulong)columns);
            if (rows > 0)
            {
                file.Write((ulong)rows);
            }

            bool isHalf = isFloat16 && rows > 0;
            file.Write(isHalf ? 1u : 0u);
            file.Write(offset);
            offset += (ulong)((((isHalf ? 2 : 4) * values.Length) + 31) / 32 * 32);
        }

        Pad(file);
        foreach ((int rows, _, float[] values) in Tensors.Values)
        {
            foreach (float value in values)
            {
                if (isFloat16 && rows > 0)
                {
                    file.Write((Half)value);
                }
                else
                {
                    file.Write(value);
                }
            }

            Pad(file);
        }

        return stream.ToArray();
    }

    /// <summary>The most probable continuation, as many tokens as wanted.</summary>
    public int[] Greedy(int[] prompt, int count)
    {
        List<int> tokens = [.. prompt];
        for (int i = 0; i < count; i++)
        {
            double[] logits = Logits([.. tokens]);
            tokens.Add(Array.IndexOf(logits, logits.Max()));
        }

        return [.. tokens.Skip(prompt.Length)];
    }

    /// <summary>The logits behind the last token.</summary>
    public double[] Logits(int[] tokens)
    {
        double[][] h = [.. tokens.Select(token => Array.ConvertAll(Tensors["token_embd.weight"].Values[(token * Width)..((token + 1) * Width)], value => (double)value))];
        for (int layer = 0; layer < Layers; layer++)
        {
            string blk = $"blk.{layer}.";
            double[][] x = [.. h.Select(row => Norm(row, blk + "attn_norm.weight"))];
            double[][] q = [.. x.Select((row, t) => Rotate(Times(blk + "attn_q.weight", row), t))];
            double[][] k = [.. x.Select((row, t) => Rotate(Times(blk + "attn_k.weight", row), t))];
            double[][] v = [.. x.Select(row => Times(blk + "attn_v.weight", row))];
            for (int t = 0; t < h.Length; t++)
            {
                double[] mixed = new double[Width];
                for (int head = 0; head < Heads; head++)
                {
                    int at = head * HeadWidth;
                    int shared = head / (Heads / KeyHeads) * HeadWidth;
                    double[] weights = [.. Enumerable.Range(0, t + 1).Select(s => Math.Exp(Enumerable.Range(0, HeadWidth).Sum(i => q[t][at + i] * k[s][shared + i]) / Math.Sqrt(HeadWidth)))];
                    for (int i = 0; i < HeadWidth; i++)
                    {
                        mixed[at + i] = Enumerable.Range(0, t + 1).Sum(s => weights[s] * v[s][shared + i]) / weights.Sum();
                    }
                }

                h[t] = Sum(h[t], Times(blk + "attn_output.weight", mixed));
            }

            h = [.. h.Select(row =>
            {
                double[] normed = Norm(row, blk + "ffn_norm.weight");
                double[] gate = Times(blk + "ffn_gate.weight", normed);
                double[] up = Times(blk + "ffn_up.weight", normed);
                return Sum(row, Times(blk + "ffn_down.weight", [.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)]));
            })];
        }

        return Times(Tensors.ContainsKey("output.weight") ? "output.weight" : "token_embd.weight", Norm(h[^1], "output_norm.weight"));
    }

    /// <summary>The printable character that stands for a byte in GPT-2's vocabulary.</summary>
    public static char StandIn(int value)
    {
        static bool IsPrintable(int code) => code is (> 32 and < 127) or (> 160 and < 173) or (> 173 and < 256);
        return (char)(IsPrintable(value) ? value : 256 + Enumerable.Range(0, value).Count(code => !IsPrintable(code)));
    }

    private double[] Rotate(double[] x, int position)
    {
        double[] y = new double[x.Length];
        for (int i = 0; i < x.Length; i += 2)
        {
            double angle = position / Math.Pow(Base, i % HeadWidth / (double)HeadWidth);
            (double sin, double cos) = Math.SinCos(angle);
            (y[i], y[i + 1]) = ((x[i] * cos) - (x[i + 1] * sin), (x[i] * sin) + (x[i + 1] * cos));
        }

        return y;
    }

    private double[] Norm(double[] x, string gain) =>
        [.. x.Select((value, i) => value / Math.Sqrt(x.Average(other => other * other) + Epsilon) * Tensors[gain].Values[i])];

    private double[] Times(string name, double[] x)
    {
        (int rows, int columns, float[] values) = Tensors[name];
        return [.. Enumerable.Range(0, rows).Select(row => x.Select((value, i) => value * values[(row * columns) + i]).Sum())];
    }

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private void Add(string name, int rows, int columns)
    {
        float[] values = new float[Math.Max(rows, 1) * columns];
        for (int i = 0; i < values.Length; i++)
        {
            double value = rows == 0 ? 0.5 + _random.NextDouble() : (_random.NextDouble() + _random.NextDouble() + _random.NextDouble() - 1.5) * 2 / Math.Sqrt(columns);
            values[i] = (float)(Half)value;
        }

        Tensors[name] = (rows, columns, values);
    }

    private static void Write(BinaryWriter file, string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        file.Write((ulong)utf8.Length);
        file.Write(utf8);
    }

    private static void WriteValue(BinaryWriter file, object value)
    {
        switch (value)
        {
            case uint number:
                file.Write(4u);
                file.Write(number);
                break;
            case int number:
                file.Write(5u);
                file.Write(number);
                break;
            case float number:
                file.Write(6u);
                file.Write(number);
                break;
            case bool flag:
                file.Write(7u);
                file.Write(flag);
                break;
            case string text:
                file.Write(8u);
                Write(file, text);
                break;
            case string[] texts:
                file.Write(9u);
                file.Write(8u);
                file.Write((ulong)texts.Length);
                Array.ForEach(texts, text => Write(file, text));
                break;
            case int[] numbers:
                file.Write(9u);
                file.Write(5u);
                file.Write((ulong)numbers.Length);
                Array.ForEach(numbers, file.Write);
                break;
            case float[] numbers:
                file.Write(9u);
                file.Write(6u);
                file.Write((ulong)numbers.Length);
                Array.ForEach(numbers, file.Write);
                break;
            default:
                throw new ArgumentException($"no type for {value}");
        }
    }

    private static void Pad(BinaryWriter file)
    {
        while (file.BaseStream.Position % 32 != 0)
        {
            file.Write((byte)0);
        }
    }
}
