using System.CommandLine;
using NGpt.Cli.Commands;
using NGpt.Core.Configuration;

namespace NGpt.Cli.Tests.Commands;

public sealed class SettingOptionTests
{
    [Theory]
    [InlineData("--layers 6", "layers=6")]
    [InlineData("--layers=6", "layers=6")]
    [InlineData("--n_layer 6", "n_layer=6")]
    [InlineData("--n_layer=6", "n_layer=6")]
    [InlineData("--embedding_width=6", "embedding_width=6")]
    [InlineData("--learning-rate -1", "learning-rate=-1")]
    [InlineData("--eval-only", "eval-only=true")]
    [InlineData("--eval_only=False", "eval_only=False")]
    [InlineData("--eval-only --steps 3", "steps=3;eval-only=true")]
    [InlineData("--out a=b", "out=a=b")]
    [InlineData("", "")]
    public void Options_are_accepted_under_every_name_and_in_both_forms(string arguments, string expected)
    {
        SettingOption[] options = [.. SettingCatalog.All.Select(setting => new SettingOption(setting))];
        Command command = new("train");
        Array.ForEach(options, command.Add);
        ParseResult result = command.Parse(arguments);
        Assert.Empty(result.Errors);
        Assert.Equal(expected, string.Join(';', options.Select(option => option.Given(result)).OfType<(string Name, string Value)>()
            .Select(given => $"{given.Name}={given.Value}")));
    }

    [Fact]
    public void Help_names_every_setting_in_its_group_with_nanoGPTs_name()
    {
        Command command = new("train", "Trains.");
        foreach (Setting setting in SettingCatalog.All)
        {
            command.Add(new SettingOption(setting));
        }

        command.Add(new System.CommandLine.Help.HelpOption { Action = new SettingsHelp("ngpt train [options]", ["ngpt train --preset nano"], "Presets", [("0.5b", "large")]) });
        using StringWriter output = new();
        Assert.Equal(0, command.Parse(["--help"]).Invoke(new InvocationConfiguration { Output = output }));
        string text = output.ToString();
        Assert.All(SettingCatalog.All, setting => Assert.Contains($"\n  --{setting.Name} {(setting.Kind == SettingKind.Flag ? "[" : "<")}{setting.ValueHint}", text));
        Assert.Contains("(nanoGPT: n_layer)", text);
        Assert.Contains("\nModel:", text);
        Assert.Contains("\n  0.5b ", text);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 120));
    }
}
