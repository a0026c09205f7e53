using NGpt.Core.Configuration;

namespace NGpt.Runtime.Tests.Models;

/// <summary>Everything that training can make, and models of others, by name, at odd and all-different sizes.</summary>
internal static class Variants
{
    private static readonly ModelConfig NGpt = TestModel.Shape(Architecture.NGpt);
    private static readonly ModelConfig Gpt = TestModel.Shape(Architecture.Gpt);
    private static readonly NGptScales Published = NGpt.Scales!;

    private static readonly Dictionary<string, ModelConfig> Shapes = new()
    {
        ["nGPT"] = NGpt,
        ["GPT"] = Gpt,
        ["GPT epsilon"] = Gpt with { RmsNormEpsilon = 0.03 },
        ["GPT theta"] = Gpt with { RopeTheta = 37 },
        ["nGPT theta"] = NGpt with { RopeTheta = 123_456 },
        ["nGPT scalars"] = NGpt with
        {
            Scales = Published with
            {
                Alpha = Scalar(Published.Alpha),
                QueryKey = Scalar(Published.QueryKey),
                Up = Scalar(Published.Up),
                Gate = Scalar(Published.Gate),
                Logit = Scalar(Published.Logit),
            },
        },
        ["nGPT qk-norm none"] = NGpt with { Scales = Published with { QueryKeyNormalization = QueryKeyNormalization.None } },
        ["nGPT other scales"] = NGpt with
        {
            Scales = Published with { Alpha = new ScaleSetting(0.3, 0.03), QueryKey = new ScaleSetting(1.7, 0.4), Up = new ScaleSetting(0.6, 2), Gate = new ScaleSetting(1.4, 0.5), Logit = new ScaleSetting(3, 0.7) },
        },
        ["nGPT wide heads"] = TestModel.Shape(Architecture.NGpt, layers: 1, heads: 2, width: 2 * 66, mlpWidth: 77),
        ["GPT grouped queries"] = TestModel.Shape(Architecture.Gpt, heads: 6, width: 60) with { KeyValueHeadCount = 2 },
        ["GPT one key for all, tied"] = TestModel.Shape(Architecture.Gpt, layers: 2, heads: 3) with { KeyValueHeadCount = 1, HasTiedEmbeddings = true },
        ["GPT narrow heads"] = TestModel.Shape(Architecture.Gpt, layers: 2, heads: 5, width: 10, mlpWidth: 3),
    };

    public static TheoryData<string> All { get; } = [.. Shapes.Keys];

    /// <summary>Those that training can make, and a checkpoint folder can hold.</summary>
    public static TheoryData<string> Trained { get; } = [.. Shapes.Where(entry => entry.Value is { KeyValueHeadCount: null, HasTiedEmbeddings: false }).Select(entry => entry.Key)];

    public static TheoryData<string> Both { get; } = ["nGPT", "GPT"];

    public static TestModel Model(string name) => new(Shapes[name]);

    private static ScaleSetting Scalar(ScaleSetting setting) => setting with { Shape = ScaleShape.Scalar };
}
