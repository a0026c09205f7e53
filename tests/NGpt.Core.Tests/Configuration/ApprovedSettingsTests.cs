using System.Runtime.CompilerServices;
using System.Text;
using NGpt.Core.Configuration;

namespace NGpt.Core.Tests.Configuration;

/// <summary>
/// Pins the names and the defaults that people rely on. After an intended change, set NGPT_APPROVE=1 for one run
/// and commit the file.
/// </summary>
public sealed class ApprovedSettingsTests
{
    [Fact]
    public void Options_aliases_and_defaults_are_the_approved_ones()
    {
        string path = Path.Combine(Folder(), "approved-settings.txt");
        string actual = Describe();
        if (Environment.GetEnvironmentVariable("NGPT_APPROVE") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.Equal(File.ReadAllText(path), actual);
    }

    private static string Describe()
    {
        StringBuilder text = new();
        foreach (Setting setting in SettingCatalog.All)
        {
            text.Append($"{setting.Group,-8} --{setting.Name} <{setting.ValueHint}> {setting.Kind} [{string.Join(' ', setting.AllNames.Skip(1))}]\n");
        }

        foreach (Preset preset in Presets.All)
        {
            foreach (Architecture architecture in Enum.GetValues<Architecture>())
            {
                SettingLayers layers = SettingLayers.Create([("preset", preset.Name), ("arch", architecture.Name())]);
                RunConfig run = new()
                {
                    Preset = preset.Name,
                    Model = RunConfigResolver.ResolveModel(layers, 256),
                    Training = RunConfigResolver.ResolveTraining(layers),
                    Data = new DataConfig { Source = DataConfig.SdkDocumentation, Tokenizer = "bytes", Fingerprint = new string('0', 64) },
                };
                text.Append($"\n{preset.Name} {architecture.Name()}, {run.Model.ParameterCount} parameters\n");
                text.Append($"{RunConfigResolver.ResolveRun(layers)}\n");
                text.Append(Encoding.UTF8.GetString(RunConfigJson.Serialize(run)));
            }
        }

        return text.ToString();
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
