using System.Globalization;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Files.Gguf;

namespace NGpt.Runtime.Models;

/// <summary>Reads the values of a model's shape from the metadata of a file, and what would make it another model.</summary>
internal sealed class GgufShapeReader(GgufFile file, string prefix)
{
    private const string Remedy = "use a file that ngpt quantize wrote";

    /// <summary>A whole key.</summary>
    public string Key(string name) => $"{prefix}.{name}";

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
        if (missing is double usual && !file.Metadata.ContainsKey(Key(name)))
        {
            return usual;
        }

        double value = file.Number(Key(name));
        return file.Metadata[Key(name)].Type == GgufValueType.F32
            ? double.Parse(((float)value).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            : value;
    }

    /// <summary>The number of tokens of the tokenizer in llama.cpp's form.</summary>
    public int TokenCount() => file.Array<string>("tokenizer.ggml.tokens").Length;

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
        Require("attention.head_count_kv", config.HeadCount);
        Require("rope.dimension_count", config.HeadWidth);
        Require("attention.key_length", config.HeadWidth);
        Require("attention.value_length", config.HeadWidth);
        Require("expert_count", 0);
        Require("attention.sliding_window", 0);
        if (file.Metadata.TryGetValue(Key("rope.scaling.type"), out GgufValue? scaling) && !(scaling.TryText(out string type) && type == "none"))
        {
            problems.Add($"{Key("rope.scaling.type")} is {scaling}: scaled positions are not supported");
        }

        void Require(string name, long expected)
        {
            if (file.Metadata.TryGetValue(Key(name), out GgufValue? value) && !(value.TryInteger(out long found) && found == expected))
            {
                problems.Add($"{Key(name)} is {value}; only {expected} is supported");
            }
        }
    }

    private T Choice<T>(string name, ChoiceNames<T> words, T missing)
        where T : struct, Enum
    {
        if (!file.Metadata.ContainsKey(Key(name)))
        {
            return missing;
        }

        string word = file.Text(Key(name));
        return words.TryParse(word, out T choice) ? choice : throw Problem($"{Key(name)} is {Quoted.Name(word)}; expected one of {string.Join(", ", words.Names)}");
    }

    private FileFormatException Problem(string problem) => new(file.Path, problem, Remedy);
}
