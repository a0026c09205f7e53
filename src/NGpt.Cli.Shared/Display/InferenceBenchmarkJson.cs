using System.Text;
using System.Text.Json;
using NGpt.Core.Configuration;
using NGpt.Core.Numerics;
using NGpt.Core.Quantization;
using NGpt.Runtime.Benchmarks;

namespace NGpt.Cli.Display;

/// <summary>The report of <c>ngpt bench</c> for programs: one JSON object on one line, with snake_case keys.</summary>
internal static class InferenceBenchmarkJson
{
    /// <summary>Writes a report.</summary>
    public static string Write(InferenceBenchmarkReport report)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("model", report.Model);
            WriteShape(json, report.Config);
            json.WriteNumber("threads", report.Threads);
            json.WriteNumber("prompt_tokens", report.Options.PromptTokens);
            json.WriteNumber("decode_tokens", report.Options.DecodeTokens);
            Write(json, "read_bandwidth_bytes_per_second", report.ReadBandwidth);
            Write(json, "multiply_add_operations_per_second", report.MultiplyAddPeak);
            json.WriteStartArray("types");
            foreach (TypeFigures type in report.Types)
            {
                Write(json, type);
            }

            json.WriteEndArray();
            json.WriteNumber("seconds", Math.Round(report.Elapsed.TotalSeconds, 3));
            json.WriteString("version", ProgramVersion.Number);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteShape(Utf8JsonWriter json, ModelConfig shape)
    {
        json.WriteString("architecture", shape.Architecture.Name());
        json.WriteNumber("parameters", shape.ParameterCount);
        json.WriteNumber("layers", shape.LayerCount);
        json.WriteNumber("heads", shape.HeadCount);
        json.WriteNumber("embedding_width", shape.EmbeddingWidth);
        json.WriteNumber("mlp_width", shape.MlpWidth);
        json.WriteNumber("vocabulary", shape.VocabularySize);
    }

    private static void Write(Utf8JsonWriter json, TypeFigures type)
    {
        json.WriteStartObject();
        json.WriteString("type", type.Type.Name());
        json.WriteString("cache_type", type.CacheType.ToString());
        json.WriteNumber("weight_bytes", type.WeightBytes);
        Write(json, "prompt_tokens_per_second", type.PromptTokensPerSecond);
        Write(json, "prompt_share_of_multiply_add_peak", type.PromptShareOfPeak);
        json.WriteStartArray("decoding");
        foreach (DecodeFigures figures in type.Decoding)
        {
            json.WriteStartObject();
            json.WriteNumber("context", figures.Context);
            Write(json, "tokens_per_second", figures.TokensPerSecond);
            json.WriteNumber("bytes_per_token", figures.BytesPerToken);
            Write(json, "share_of_read_bandwidth", figures.ShareOfBandwidth);
            Write(json, "share_of_multiply_add_peak", figures.ShareOfPeak);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, Spread spread)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", spread.Count);
        json.WriteNumber("median", spread.Median);
        json.WriteNumber("lower_quartile", spread.LowerQuartile);
        json.WriteNumber("upper_quartile", spread.UpperQuartile);
        json.WriteNumber("min", spread.Min);
        json.WriteNumber("max", spread.Max);
        json.WriteEndObject();
    }
}
