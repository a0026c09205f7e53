using System.Text.Json;

namespace NGpt.Core.Configuration;

/// <summary>The keys of nGPT's scales in JSON, the same in a run's and in a checkpoint's configuration.</summary>
internal static class ScaleKeys
{
    public static void Write(Utf8JsonWriter json, NGptScales scales)
    {
        foreach ((string name, ScaleSetting setting) in scales.All())
        {
            json.WriteNumber($"{name}_init", setting.Initial);
            json.WriteNumber($"{name}_scale", setting.Scale);
            // Only where it is not the published one: files of published models stay what they were.
            if (setting.Shape != ScaleShape.Vector)
            {
                json.WriteString($"{name}_shape", setting.Shape.Name());
            }
        }

        if (scales.QueryKeyNormalization != QueryKeyNormalization.Exact)
        {
            json.WriteString("qk_norm", scales.QueryKeyNormalization.Name());
        }
    }

    public static NGptScales Read(JsonObjectReader reader)
    {
        return new NGptScales
        {
            Alpha = Setting("alpha"),
            QueryKey = Setting("sqk"),
            Up = Setting("su"),
            Gate = Setting("sv"),
            Logit = Setting("sz"),
            QueryKeyNormalization = reader.Choice("qk_norm", ConfigurationNames.QueryKeyNormalizations, QueryKeyNormalization.Exact),
        };

        ScaleSetting Setting(string name) => new(
            reader.Number($"{name}_init"),
            reader.Number($"{name}_scale"),
            reader.Choice($"{name}_shape", ConfigurationNames.ScaleShapes, ScaleShape.Vector));
    }
}
