using NGpt.Core.Configuration;
using NGpt.Core.Errors;

namespace NGpt.Core.Tests.Configuration;

public sealed class SettingLayersTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ngpt-settings-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Options_win_over_the_file_and_the_file_over_the_preset_and_the_preset_over_defaults()
    {
        SettingLayers layers = SettingLayers.Create([("steps", "11"), ("preset", "nano")], File("steps = 22\nheads = 2"));
        Assert.Equal((11, SettingSource.Option), (layers.Get(TrainingConfig.StepsSetting), layers.SourceOf(TrainingConfig.StepsSetting)));
        Assert.Equal((2, SettingSource.File), (layers.Get(ModelConfig.HeadsSetting), layers.SourceOf(ModelConfig.HeadsSetting)));
        Assert.Equal((64, SettingSource.Preset), (layers.Get(ModelConfig.EmbeddingWidthSetting), layers.SourceOf(ModelConfig.EmbeddingWidthSetting)));
        Assert.Equal((0.9, SettingSource.Default), (layers.Get(TrainingConfig.Beta1Setting), layers.SourceOf(TrainingConfig.Beta1Setting)));
        Assert.True(layers.IsGiven(TrainingConfig.StepsSetting) && layers.IsGiven(ModelConfig.HeadsSetting));
        Assert.False(layers.IsGiven(ModelConfig.EmbeddingWidthSetting) || layers.IsGiven(TrainingConfig.Beta1Setting));
    }

    [Theory]
    [InlineData("", "", "small", false)]
    [InlineData("", "preset = 'nano'", "nano", true)]
    [InlineData("1B", "preset = 'nano'", "1b", true)]
    public void The_preset_comes_from_the_option_else_from_the_file(string option, string file, string expected, bool given)
    {
        SettingLayers layers = SettingLayers.Create(option.Length > 0 ? [("preset", option)] : [], File(file));
        Assert.Equal((expected, given), (layers.Preset.Name, layers.PresetIsGiven));
    }

    [Fact]
    public void All_problems_of_options_and_file_are_reported_at_once()
    {
        string path = File("steps = 'many'");
        UsageException e = Assert.Throws<UsageException>(() => SettingLayers.Create(
            [("layers", "x"), ("n_layer", "3"), ("n_layer", "4"), ("depth", "1"), ("preset", "giant")], path));
        Assert.Equal(
            "--layers: \"x\" is not an integer; --layers is given twice; unknown option --depth; "
            + $"{path}:1: steps takes an integer, not text; "
            + "unknown preset \"giant\": the presets are nano, small, medium, 0.5b, 1b",
            e.Message);
    }

    [Fact]
    public void A_given_setting_that_nothing_reads_is_warned_about_once_everything_is_resolved()
    {
        string path = File("threads = 2");
        SettingLayers layers = SettingLayers.Create([("out", "x"), ("device", "cpu")], path);
        _ = layers.Get(RunOptions.DeviceSetting);
        Assert.Equal(
            [
                "--out has no effect: nothing in this run uses it",
                $"threads ({path}, line 1) has no effect: nothing in this run uses it",
            ],
            layers.Warnings());
    }

    [Fact]
    public void A_setting_that_was_not_given_is_never_warned_about()
    {
        SettingLayers layers = SettingLayers.Create([]);
        layers.HasNoEffect(TrainingConfig.StepsSetting, "any reason");
        Assert.Empty(layers.Warnings());
    }

    private string File(string text)
    {
        string path = Path.Combine(_folder.FullName, "run.toml");
        System.IO.File.WriteAllText(path, text);
        return path;
    }
}
