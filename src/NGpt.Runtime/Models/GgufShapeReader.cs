using System.Globalization;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Files.Gguf;

namespace NGpt.Runtime.Models;

/// <summary>Reads the values of a model's shape from the metadata of a file, and what would make it another model.</summary>
internal sealed class GgufShapeReader(GgufFile file, string prefix)
{
    /// <summary>Key of the tokens of a tokenizer in llama.cpp's form.</summary>
    public const string TokensKey = "tokenizer.ggml.tokens";

    /// <summary>A whole key.</summary>
    public string Key(string name) => $"{prefix}.{name}";

    /// <summary>Whether the file has a key.</summary>
    public bool Has(string name) => file.Metadata.ContainsKey(Key(name));

    /// <summary>An integer that fits 32 bits.</summary>
    public int Integer(string name)
    {
        long value = file.Integer(Key(name));
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Problem($"{Key(name)} is {value}");
    }

    /// <summary>
    /// A number. One that is stored as float32 is taken for the shortest decimal number that rounds to it: 1e-6 for
    /// 9.99999997e-7. <paramref name="missing"/>: what it is where the file does not say; null where it must.
    /// </summary>
    public double Number(string name, double? missing = null)
    {
        if (missing is double usual && !Has(name))
        {
            return usual;
        }

        double value = file.Number(Key(name));
        return file.Metadata[Key(name)].Type == GgufValueType.F32
            ? double.Parse(((float)value).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            : value;
    }

    /// <summary>The number of tokens of the tokenizer in llama.cpp's form.</summary>
    public int TokenCount() => file.Array<string>(TokensKey).Length;

    /// <summary>nGPT's scales.</summary>
    public NGptScales Scales()
    {
        return new NGptScales
        {
            Alpha = Setting("alpha"),
            QueryKey = Setting("sqk"),
            Up = Setting("su"),
            Gate = Setting("sv"),
            Logit = Setting("sz"),
            QueryKeyNormalization = Choice("qk_norm", ConfigurationNames.QueryKeyNormalizations, QueryKeyNormalization.Exact),
        };

        ScaleSetting Setting(string name) => new(
            Number($"{name}_init"), Number($"{name}_scale"), Choice($"{name}_shape", ConfigurationNames.ScaleShapes, ScaleShape.Vector));
    }

    /// <summary>Adds what the file says that would change the mathematics.</summary>
    public void RejectUnsupported(ModelConfig config, List<string> problems)
    {
        Require("rope.dimension_count", config.HeadWidth);
        Require("attention.key_length", config.HeadWidth);
        Require("attention.value_length", config.HeadWidth);
        Require("expert_count", 0);
        Require("attention.sliding_window", 0);
        if (Value("attention.causal") is GgufValue causal && !(causal.TryFlag(out bool isCausal) && isCausal))
        {
            problems.Add($"{Key("attention.causal")} is {causal}: attention to later tokens is not supported");
        }

        RejectScaledPositions(problems);

        void Require(string name, long expected)
        {
            if (Value(name) is GgufValue value && !(value.TryInteger(out long found) && found == expected))
            {
                problems.Add($"{Key(name)} is {value}; only {expected} is supported");
            }
        }
    }

    // The way does not matter where the factor is 1, and without a factor the linear way scales nothing.
    private void RejectScaledPositions(List<string> problems)
    {
        GgufValue? way = Value("rope.scaling.type");
        if (way is not null && way.TryText(out string type) && type == "none")
        {
            return;
        }

        if (way is not null && !(way.TryText(out type) && type == "linear"))
        {
            problems.Add($"{Key("rope.scaling.type")} is {way}: scaled positions are not supported");
            return;
        }

        foreach (string name in (ReadOnlySpan<string>)["rope.scaling.factor", "rope.scale_linear"])
        {
            if (Value(name) is GgufValue factor && !(factor.TryNumber(out double number) && number is 0 or 1))
            {
                problems.Add($"{Key(name)} is {factor}: scaled positions are not supported");
            }
        }
    }

    private GgufValue? Value(string name) => file.Metadata.GetValueOrDefault(Key(name));

    private T Choice<T>(string name, ChoiceNames<T> words, T missing)
        where T : struct, Enum
    {
        if (!Has(name))
        {
            return missing;
        }

        string word = file.Text(Key(name));
        return words.TryParse(word, out T choice) ? choice : throw Problem($"{Key(name)} is {Quoted.Name(word)}; expected one of {string.Join(", ", words.Names)}");
    }

    private FileFormatException Problem(string problem) => new(file.Path, problem, GgufModelConfig.Remedy);
}
