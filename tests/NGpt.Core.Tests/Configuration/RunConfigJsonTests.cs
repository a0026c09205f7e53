using System.Text;
using CsCheck;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;

namespace NGpt.Core.Tests.Configuration;

public sealed class RunConfigJsonTests
{
    private static readonly RunConfig Example = new()
    {
        Preset = "nano",
        Model = RunConfigResolver.ResolveModel(SettingLayers.Create([("preset", "nano")]), 97),
        Training = RunConfigResolver.ResolveTraining(SettingLayers.Create([("preset", "nano")])),
        Data = new DataConfig { Source = "dotnet-docs", Tokenizer = "bytes", Fingerprint = new string('a', 64) },
    };

    [Fact]
    public void Every_run_survives_exactly() => RandomConfigs.Runs.Sample(run =>
    {
        // A lone surrogate is no text and cannot be written as UTF-8.
        run = run with
        {
            Preset = WellFormed(run.Preset),
            Data = run.Data with { Source = WellFormed(run.Data.Source), Tokenizer = WellFormed(run.Data.Tokenizer) },
        };
        Assert.Empty(run.Validate());
        Assert.Equal(run, RunConfigJson.Parse(RunConfigJson.Serialize(run), "config.json"));
    });

    [Fact]
    public void Keys_are_snake_case_and_the_version_comes_first()
    {
        string json = Encoding.UTF8.GetString(RunConfigJson.Serialize(Example));
        Assert.StartsWith("{\n  \"version\": 1,\n  \"preset\": \"nano\",\n  \"model\": {\n    \"architecture\": \"ngpt\",\n    \"vocabulary_size\": 97,", json);
        Assert.EndsWith("}\n", json);
    }

    [Theory]
    [InlineData("\"version\": 1", "\"version\": 2", "the run was written by a newer version (config version 2; this program knows 1)")]
    [InlineData("\"version\": 1", "\"version\": 0", "version 0 is below 1")]
    [InlineData("\"version\": 1,", "", "version is missing")]
    [InlineData("\"layers\": 2", "\"layers\": \"2\"", "model.layers is \"2\", not an integer")]
    [InlineData("\"layers\": 2", "\"layers\": 2.5", "model.layers is 2.5, not an integer")]
    [InlineData("\"layers\": 2", "\"layers\": 3000000000", "model.layers is 3000000000, not an integer")]
    [InlineData("\"layers\": 2", "\"layers\": 0", "layers must be between 1 and 1000, not 0")]
    [InlineData("\"layers\": 2", "\"layres\": 2", "model.layers is missing; unknown key model.layres: did you mean layers?")]
    [InlineData("\"layers\": 2,", "\"layers\": 2, \"depth\": 2,", "unknown key model.depth")]
    [InlineData("\"rope_theta\": 10000", "\"rope_theta\": 1e999", "model.rope_theta is 1e999, not a number")]
    [InlineData("\"architecture\": \"ngpt\"", "\"architecture\": \"bert\"", "model.architecture is \"bert\", not one of ngpt, gpt")]
    [InlineData("\"architecture\": \"ngpt\"", "\"architecture\": \"gpt\"", "the GPT baseline has no scales")]
    [InlineData("\"alpha_init\": 0.05", "\"alpha_init\": -1", "initial alpha must be above 0, not -1")]
    [InlineData("\"sz_init\": 1", "\"sz_shape\": \"row\", \"sz_init\": 1", "model.scales.sz_shape is \"row\", not one of vector, scalar")]
    [InlineData("\"sz_init\": 1", "\"qk_norm\": false, \"sz_init\": 1", "model.scales.qk_norm is false, not one of norm, none")]
    [InlineData("\"seed\": 1337", "\"seed\": 1337, \"matrices_rate_factor\": 0", "learning rate factor of matrices must be above 0, not 0")]
    [InlineData("\"seed\": 1337", "\"seed\": 1337, \"nugpt_base\": 3", "training.nugpt_base is 3, not an object")]
    [InlineData("\"seed\": 1337", "\"seed\": 1337, \"nugpt_base\": {\"width\": 0, \"layers\": 1, \"tokens\": 9, \"learning_rate\": 1, \"min_learning_rate\": 0}", "base width must be at least 1, not 0")]
    [InlineData("\"seed\": 1337", "\"seed\": 1337, \"nugpt_base\": {\"width\": 2, \"layers\": 1, \"tokens\": 9, \"rate\": 1, \"learning_rate\": 1, \"min_learning_rate\": 0}", "unknown key training.nugpt_base.rate")]
    [InlineData("\"schedule\": \"cosine\"", "\"schedule\": 3", "training.schedule is 3, not one of cosine, linear, constant, wsd")]
    [InlineData("\"tokenizer\": \"bytes\",", "\"tokenizer\": \"\",", "data.tokenizer is \"\", not text")]
    [InlineData("\"tokenizer\": \"bytes\",", "\"tokenizer\": \"bytes\", \"validation_fraction\": 1,", "validation fraction must be above 0 and at most 0.5, not 1")]
    [InlineData("\"fingerprint\": \"a", "\"fingerprint\": \"z", "data.fingerprint is not 64 hexadecimal digits")]
    [InlineData("\"sampling\": \"shuffled\"", "\"sampling\": \"all\"", "data.sampling is \"all\", not one of shuffled, random")]
    [InlineData("\"packing\": \"stream\"", "\"packing\": 1", "data.packing is 1, not one of stream, documents")]
    [InlineData("\"engine\": \"plain\"", "\"engine\": \"slow\"", "engine is \"slow\", not one of plain, fast")]
    [InlineData("\"data\": {", "\"data\": 1, \"other\": {", "data is 1, not an object; unknown key other")]
    public void A_wrong_file_is_refused_by_name(string find, string replacement, string expected)
    {
        string json = Encoding.UTF8.GetString(RunConfigJson.Serialize(Example));
        Assert.Contains(find, json);
        Assert.Equal($"r/config.json: {expected}", Refuse(Encoding.UTF8.GetBytes(json.Replace(find, replacement, StringComparison.Ordinal))).Message);
    }

    [Fact]
    public void A_run_from_before_there_was_a_choice_is_float32_by_the_plain_modules()
    {
        RunConfig run = Example with { Precision = Precision.Bf16, Engine = EngineKind.Fast };
        string json = Encoding.UTF8.GetString(RunConfigJson.Serialize(run));
        Assert.Contains("\"precision\": \"bf16\",\n  \"engine\": \"fast\"", json);
        string old = json.Replace(",\n  \"precision\": \"bf16\",\n  \"engine\": \"fast\"", "", StringComparison.Ordinal);
        Assert.Equal(Example, RunConfigJson.Parse(Encoding.UTF8.GetBytes(old), "config.json"));
    }

    [Fact]
    public void A_run_from_before_there_was_a_choice_has_shuffled_windows_of_one_stream()
    {
        RunConfig run = Example with { Data = Example.Data with { Sampling = WindowSampling.Random, Packing = WindowPacking.Documents } };
        string json = Encoding.UTF8.GetString(RunConfigJson.Serialize(run));
        Assert.Contains("    \"sampling\": \"random\",\n    \"packing\": \"documents\",\n", json);
        string old = json.Replace("    \"sampling\": \"random\",\n    \"packing\": \"documents\",\n", "", StringComparison.Ordinal);
        Assert.Equal(Example, RunConfigJson.Parse(Encoding.UTF8.GetBytes(old), "config.json"));
    }

    [Fact]
    public void What_only_variants_have_is_written_only_for_them()
    {
        RunConfig variant = Example with
        {
            Model = Example.Model with
            {
                Scales = Example.Model.Scales! with
                {
                    Up = new ScaleSetting(1, 1, ScaleShape.Scalar),
                    QueryKeyNormalization = QueryKeyNormalization.None,
                },
            },
            Training = Example.Training with
            {
                LearningRateFactors = new LearningRateFactors(0.5, 0.25, 1),
                NuGptBase = new NuGptBase(16, 2, 9_000_000_000, 0.01, 0),
            },
        };
        string[] published = Encoding.UTF8.GetString(RunConfigJson.Serialize(Example)).Split('\n');
        string[] added = [.. Encoding.UTF8.GetString(RunConfigJson.Serialize(variant)).Split('\n').Select(line => line.Trim())];
        Assert.DoesNotContain(published, line => line.Contains("_shape") || line.Contains("qk_norm") || line.Contains("factor") || line.Contains("nugpt"));
        Assert.Equal(
            [
                "\"su_shape\": \"scalar\",", "\"sz_scale\": 0.125,", "\"qk_norm\": \"none\"", "\"token_embedding_rate_factor\": 0.5,", "\"matrices_rate_factor\": 0.25,",
                "\"nugpt_base\": {", "\"width\": 16,", "\"layers\": 2,", "\"tokens\": 9000000000,", "\"learning_rate\": 0.01,",
                "\"min_learning_rate\": 0", "},",
            ],
            Except(added, [.. published.Select(line => line.Trim())]));
        Assert.Equal(variant, RunConfigJson.Parse(RunConfigJson.Serialize(variant), "config.json"));

        static List<string> Except(string[] lines, List<string> known) => [.. lines.Where(line => !known.Remove(line))];
    }

    [Theory]
    [InlineData("", "r/config.json: not valid JSON (line 1): The input does not contain any JSON tokens")]
    [InlineData("[]", "r/config.json: expected a JSON object, found a list")]
    [InlineData("{\"version\": 1, \"version\": 1}", "r/config.json: not valid JSON")]
    [InlineData("{\n\"version\": 1", "r/config.json: not valid JSON (line 2)")]
    public void Broken_JSON_is_refused(string json, string expected) =>
        Assert.StartsWith(expected, Refuse(Encoding.UTF8.GetBytes(json)).Message);

    [Fact]
    public void Damage_anywhere_is_refused_or_gives_a_sound_configuration()
    {
        byte[] json = RunConfigJson.Serialize(Example);
        Gen.Select(Gen.Int[0, json.Length - 1], Gen.Byte).Sample((position, value) =>
        {
            byte[] damaged = [.. json];
            damaged[position] = value;
            try
            {
                Assert.Empty(RunConfigJson.Parse(damaged, "f").Validate());
            }
            catch (FileFormatException e)
            {
                Assert.DoesNotContain("\n", e.Message);
            }
        });
    }

    [Fact]
    public void A_missing_file_is_refused() =>
        Assert.StartsWith("no/config.json: the file does not exist", Assert.Throws<FileFormatException>(() => RunConfigJson.Load("no/config.json")).Message);

    private static FileFormatException Refuse(byte[] json) =>
        Assert.Throws<FileFormatException>(() => RunConfigJson.Parse(json, "r/config.json"));

    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
