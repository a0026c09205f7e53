using System.Buffers;
using System.Text.Json;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;

namespace NGpt.Core.Tests.Configuration;

/// <summary>A setting is added by one definition beside its property: everything else follows from it.</summary>
public sealed class ConfigSchemaTests : IDisposable
{
    private static readonly SettingCatalog Catalog = new([.. SettingCatalog.All, .. ExtraConfig.Schema.Settings], NanoGptOptions.All);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ngpt-schema-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("label-smoothing")]
    [InlineData("label_smoothing")]
    [InlineData("smoothing")]
    public void A_defined_setting_is_an_option_under_every_name(string name)
    {
        SettingLayers layers = SettingLayers.Create([(name, "0.25")], configPath: null, Catalog);
        Assert.Equal(0.25, ExtraConfig.Schema.Resolve(layers).LabelSmoothing);
        Assert.Empty(layers.Warnings());
    }

    [Fact]
    public void A_defined_setting_is_a_key_of_the_configuration_file_in_the_table_of_its_group()
    {
        Assert.Equal(0.5, ExtraConfig.Schema.Resolve(FromFile("[training]\nlabel_smoothing = 0.5")).LabelSmoothing);
        Assert.Contains(":2: label_smoothing belongs in [training], not in [model]", Assert.Throws<UsageException>(() => FromFile("[model]\nlabel_smoothing = 1")).Message);
        Assert.Contains("did you mean label_smoothing?", Assert.Throws<UsageException>(() => FromFile("label_smothing = 1")).Message);
    }

    [Fact]
    public void The_default_is_the_initial_value_of_the_property_or_follows_from_other_settings()
    {
        ExtraConfig ngpt = ExtraConfig.Schema.Resolve(SettingLayers.Create([], configPath: null, Catalog));
        ExtraConfig gpt = ExtraConfig.Schema.Resolve(SettingLayers.Create([("arch", "gpt")], configPath: null, Catalog));
        Assert.Equal((0.125, 7, 9), (ngpt.LabelSmoothing, ngpt.Patience, gpt.Patience));
    }

    [Fact]
    public void A_defined_setting_is_a_key_of_JSON_and_survives_exactly()
    {
        ExtraConfig config = new() { LabelSmoothing = 0.1, Patience = 3 };
        byte[] json = Write(config);
        Assert.Equal("{\"label_smoothing\":0.1,\"attempts\":3}", System.Text.Encoding.UTF8.GetString(json));
        Assert.Equal(config, Read(json));
        Assert.Equal("f: label_smoothing is \"x\", not a number; attempts is missing", Assert.Throws<FileFormatException>(() => Read("{\"label_smoothing\":\"x\"}"u8.ToArray())).Message);
    }

    [Fact]
    public void A_defined_setting_is_validated_and_described()
    {
        Assert.Equal(["label smoothing must be at least 0 and below 1, not 1"], ExtraConfig.Schema.RangeProblems(new ExtraConfig { LabelSmoothing = 1 }));
        Assert.Empty(ExtraConfig.Schema.RangeProblems(new ExtraConfig()));
        Assert.Equal("Label smoothing; default 0.125", ExtraConfig.LabelSmoothingSetting.Description);
        Assert.Equal("Evaluations without improvement; default 7 for nGPT, 9 for GPT", ExtraConfig.PatienceSetting.Description);
    }

    [Fact]
    public void A_resumed_run_may_change_what_the_definition_allows()
    {
        ExtraConfig stored = new() { LabelSmoothing = 0.1, Patience = 3 };
        List<string> problems = [];
        ExtraConfig resumed = ExtraConfig.Schema.Resume(
            stored, SettingLayers.Create([("label-smoothing", "0.2"), ("attempts", "5")], configPath: null, Catalog), problems);
        Assert.Equal(["label-smoothing is 0.1 in this run, not 0.2"], problems);
        Assert.Equal(stored with { Patience = 5 }, resumed);
    }

    [Fact]
    public void A_setting_without_effect_is_reported_with_the_reason_of_its_definition()
    {
        SettingLayers layers = SettingLayers.Create([("attempts", "5"), ("schedule", "constant")], configPath: null, Catalog);
        ExtraConfig.Schema.Resolve(layers);
        Assert.Contains("--attempts has no effect: --schedule constant never decays", layers.Warnings());
    }

    [Theory]
    [InlineData("compile", "True", "--compile has no effect here: the training engines are compiled ahead of time")]
    [InlineData("compile", "False", "--compile has no effect here: the training engines are compiled ahead of time")]
    [InlineData("dropout", "0.0", "--dropout has no effect here: the models have no dropout")]
    [InlineData("bias", "False", "--bias has no effect here: the models have no biases")]
    [InlineData("decay_lr", "True", "--decay_lr has no effect here: the learning rate is decayed unless --schedule constant is given")]
    [InlineData("init_from", "scratch", "--init_from has no effect here: a new run starts from scratch unless a checkpoint is given")]
    [InlineData("wandb_log", "True", "--wandb_log has no effect here: metrics are always written to the run's folder, for TensorBoard too")]
    [InlineData("backend", "nccl", "--backend has no effect here: training runs in one process")]
    [InlineData("always_save_checkpoint", "False", "--always_save_checkpoint has no effect here: a checkpoint is saved after --checkpoint-interval steps and at each new best loss")]
    public void Options_of_nanoGPT_without_effect_are_accepted_with_a_note(string name, string value, string note)
    {
        SettingLayers layers = SettingLayers.Create([(name, value)]);
        Assert.Equal([note], layers.Warnings());
        Assert.False(layers.IsGiven(RunOptions.InitFromSetting));
    }

    [Fact]
    public void Options_of_nanoGPT_are_keys_of_the_configuration_file_too()
    {
        SettingLayers layers = FromFile("compile = false\n[training]\ndropout = 0");
        string path = layers.File!.Path;
        Assert.Equal(
            [
                $"compile ({path}, line 1) has no effect here: the training engines are compiled ahead of time",
                $"dropout ({path}, line 3) has no effect here: the models have no dropout",
            ],
            layers.Warnings());
    }

    [Theory]
    [InlineData("dropout", "0.1", "--dropout: dropout 0.1 is not supported: the models are trained without dropout; leave it out, or give 0")]
    [InlineData("bias", "True", "--bias: biases are not supported: leave --bias out, or give False")]
    [InlineData("decay_lr", "False", "--decay_lr: for a constant learning rate give --schedule constant")]
    public void Options_of_nanoGPT_that_would_change_the_training_are_rejected(string name, string value, string expected) =>
        Assert.Equal(expected, Assert.Throws<UsageException>(() => SettingLayers.Create([(name, value)])).Message);

    private SettingLayers FromFile(string text)
    {
        string path = Path.Combine(_folder.FullName, "run.toml");
        File.WriteAllText(path, text);
        return SettingLayers.Create([], path, Catalog);
    }

    private static byte[] Write(ExtraConfig config)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            ExtraConfig.Schema.Write(json, config);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static ExtraConfig Read(byte[] json) => JsonObjectReader.Read(json, "f", ExtraConfig.Schema.Read);

    private sealed record ExtraConfig
    {
        public static ConfigSchema<ExtraConfig> Schema { get; } = new(SettingGroup.Training, () => new ExtraConfig());

        public double LabelSmoothing { get; init; } = 0.125;

        public static Setting<double> LabelSmoothingSetting { get; } = Schema.Add(
            config => config.LabelSmoothing,
            (config, value) => config with { LabelSmoothing = value },
            new("label-smoothing", SettingTypes.Number, "X", "Label smoothing", "smoothing") { Range = new NumberRange(0, 1) { ExcludesMax = true } });

        public int Patience { get; init; }

        public static Setting<int> PatienceSetting { get; } = Schema.Add(
            config => config.Patience,
            (config, value) => config with { Patience = value },
            new("attempts", SettingTypes.Integer, "N", "Evaluations without improvement")
            {
                Default = layers => layers.Architecture == Architecture.NGpt ? 7 : 9,
                DefaultText = "7 for nGPT, 9 for GPT",
                OnResume = ResumeRule.MayChange,
                NoEffect = layers => layers.Get(TrainingConfig.ScheduleSetting) == LearningRateSchedule.Constant ? "--schedule constant never decays" : null,
            });
    }
}
