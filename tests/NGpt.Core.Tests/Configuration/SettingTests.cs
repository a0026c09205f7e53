using System.Reflection;
using NGpt.Core.Configuration;

namespace NGpt.Core.Tests.Configuration;

public sealed class SettingTests
{
    [Fact]
    public void Every_accepted_name_belongs_to_one_setting()
    {
        string[] names = [.. SettingCatalog.All.SelectMany(setting => setting.AllNames)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(SettingCatalog.All, setting => Assert.All(setting.AllNames, name => Assert.Same(setting, SettingCatalog.Find(name))));
    }

    [Fact]
    public void The_catalog_has_every_declared_setting_once_and_no_other()
    {
        Type[] records = [typeof(ModelConfig), typeof(NGptScales), typeof(TrainingConfig), typeof(NuGptBase), typeof(DataConfig), typeof(RunConfig), typeof(RunOptions)];
        object?[] values = [.. records.SelectMany(record => record.GetProperties(BindingFlags.Public | BindingFlags.Static)).Select(property => property.GetValue(null))];
        Setting[] declared = [.. values.OfType<Setting>(), .. values.OfType<ScaleSettings>().SelectMany(scale => new Setting[] { scale.Initial, scale.Scale, scale.Shape })];
        Assert.Equal(declared.OrderBy(setting => setting.Name), SettingCatalog.All.OrderBy(setting => setting.Name));
        Assert.Equal(SettingCatalog.All.OrderBy(setting => setting.Group), SettingCatalog.All);
    }

    [Theory]
    [InlineData("n_layer")]
    [InlineData("n_head")]
    [InlineData("n_embd")]
    [InlineData("block_size")]
    [InlineData("batch_size")]
    [InlineData("gradient_accumulation_steps")]
    [InlineData("learning_rate")]
    [InlineData("min_lr")]
    [InlineData("warmup_iters")]
    [InlineData("lr_decay_iters")]
    [InlineData("max_iters")]
    [InlineData("weight_decay")]
    [InlineData("beta1")]
    [InlineData("beta2")]
    [InlineData("grad_clip")]
    [InlineData("eval_interval")]
    [InlineData("eval_iters")]
    [InlineData("log_interval")]
    [InlineData("init_from")]
    [InlineData("out_dir")]
    [InlineData("dataset")]
    [InlineData("device")]
    [InlineData("dtype")]
    [InlineData("seed")]
    [InlineData("eval_only")]
    [InlineData("time_limit_seconds")]
    public void Names_of_nanoGPT_are_accepted(string name) => Assert.NotNull(SettingCatalog.Find(name));

    [Theory]
    [InlineData("layers", "six", "\"six\" is not an integer")]
    [InlineData("layers", "6.5", "\"6.5\" is not an integer")]
    [InlineData("layers", "99999999999", "99999999999 is too large")]
    [InlineData("learning-rate", "fast", "\"fast\" is not a number")]
    [InlineData("learning-rate", "NaN", "\"NaN\" is not a number")]
    [InlineData("learning-rate", "1e999", "\"1e999\" is not a number")]
    [InlineData("arch", "bert", "\"bert\" is not one of ngpt, gpt")]
    [InlineData("schedule", "step", "\"step\" is not one of cosine, linear, constant, wsd")]
    [InlineData("tokenizer", "byte", "\"byte\" is not a tokenizer: did you mean bytes?; give bytes, characters, bpe, bpe:N for a vocabulary of N, or the path of a tokenizer file or run folder")]
    [InlineData("device", "gpu", "\"gpu\" is not one of auto, cpu, cuda, cuda:N (did you mean cpu?)")]
    [InlineData("device", "cuda:x", "\"cuda:x\" is not one of auto, cpu, cuda, cuda:N (did you mean cuda:N?)")]
    [InlineData("device", "cuda:N", "\"cuda:n\" is not one of auto, cpu, cuda, cuda:N (did you mean cuda:N?)")]
    [InlineData("dtype", "float16", "float16 is not supported; use bf16 or float32")]
    [InlineData("engine", "quick", "\"quick\" is not one of auto, fast, plain")]
    [InlineData("alpha-shape", "number", "\"number\" is not one of vector, scalar")]
    [InlineData("sz-shape", "1", "\"1\" is not one of vector, scalar")]
    [InlineData("qk-norm", "true", "\"true\" is not one of norm, none")]
    [InlineData("parametrization", "mup", "\"mup\" is not one of published, nugpt")]
    [InlineData("base-width", "0", "must be at least 1, not 0")]
    [InlineData("base-tokens", "-3", "must be at least 1, not -3")]
    [InlineData("base-tokens", "1e9", "\"1e9\" is not an integer")]
    [InlineData("threads", "0", "must be between 1 and 1024, not 0")]
    [InlineData("validation-fraction", "1", "must be above 0 and at most 0.5, not 1")]
    [InlineData("eval-only", "yes", "\"yes\" is not true or false")]
    [InlineData("time-limit", "soon", "\"soon\" is not a time (seconds, or for example 90s, 6m, 1h)")]
    [InlineData("time-limit", "-5m", "\"-5m\" is not a time (seconds, or for example 90s, 6m, 1h)")]
    [InlineData("time-limit", "0", "\"0\" is not above 0 and at most a year")]
    [InlineData("time-limit", "9999999h", "\"9999999h\" is not above 0 and at most a year")]
    [InlineData("out", "", "the value is empty")]
    public void A_wrong_value_is_named_with_what_is_allowed(string name, string text, string expected)
    {
        Assert.False(SettingCatalog.Find(name)!.TryParse(text, out _, out string? problem));
        Assert.Equal(expected, problem);
    }

    [Theory]
    [InlineData("90", 90)]
    [InlineData("90s", 90)]
    [InlineData("6m", 360)]
    [InlineData("1.5h", 5400)]
    [InlineData("0.25", 0.25)]
    public void A_time_limit_is_in_seconds_or_has_a_unit(string text, double seconds)
    {
        Assert.True(RunOptions.TimeLimitSetting.TryParse(text, out object? value, out _));
        Assert.Equal(TimeSpan.FromSeconds(seconds), value);
    }

    [Theory]
    [InlineData("arch", "nGPT", "ngpt")]
    [InlineData("arch", "GPT", "gpt")]
    [InlineData("schedule", "WSD", "wsd")]
    [InlineData("steps", "10_000", "10000")]
    [InlineData("base-tokens", "10_000_000_000", "10000000000")]
    [InlineData("su-shape", "Scalar", "scalar")]
    [InlineData("qk-norm", "None", "none")]
    [InlineData("parametrization", "nuGPT", "nugpt")]
    [InlineData("learning-rate", "15e-4", "0.0015")]
    [InlineData("eval-only", "True", "true")]
    [InlineData("device", "CUDA:3", "cuda:3")]
    [InlineData("out", "Runs/A", "Runs/A")]
    public void A_value_survives_being_written_and_read(string name, string text, string written)
    {
        Setting setting = SettingCatalog.Find(name)!;
        Assert.True(setting.TryParse(text, out object? value, out _));
        Assert.Equal(written, setting.Format(value));
        Assert.True(setting.TryParse(setting.Format(value), out object? again, out _));
        Assert.Equal(value, again);
    }
}
