using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using NGpt.Core.Configuration;

namespace NGpt.Core.Tests.Configuration;

/// <summary>Files that version 0.1.0 wrote are read, and written again byte for byte.</summary>
public sealed class EarlierVersionTests
{
    public static TheoryData<string> Runs => Files("run-*.json");

    public static TheoryData<string> Models => Files("model-*.json");

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_run_is_read_written_and_resumed_unchanged(string file)
    {
        byte[] stored = File.ReadAllBytes(Path.Combine(Folder(), file));
        RunConfig run = RunConfigJson.Parse(stored, file);
        Assert.Equal(stored, RunConfigJson.Serialize(run));
        List<string> problems = [];
        Assert.Equal(run, RunConfig.Schema.Resume(run, SettingLayers.Create([]), problems));
        Assert.Empty(problems);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_is_read_and_written_unchanged(string file)
    {
        byte[] stored = File.ReadAllBytes(Path.Combine(Folder(), file));
        JsonObject keys = JsonNode.Parse(stored)!.AsObject();
        ModelConfig model = ModelConfigJson.Parse(stored, file);
        Assert.Equal(stored, ModelConfigJson.Serialize(model, (string)keys["torch_dtype"]!, (int?)keys["bos_token_id"], (int?)keys["eos_token_id"]));
    }

    private static TheoryData<string> Files(string pattern) => [.. Directory.EnumerateFiles(Folder(), pattern).Select(path => Path.GetFileName(path)).Order()];

    private static string Folder([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "version-0.1.0");
}
