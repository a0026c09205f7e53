using System.Text;
using System.Text.Json.Nodes;
using NGpt.Core.Checkpoints;
using NGpt.Core.Errors;

namespace NGpt.Core.Tests.Checkpoints;

public sealed class TrainerStateJsonTests : IDisposable
{
    private static readonly TrainerState State = new()
    {
        Step = 7,
        DataPosition = 91,
        ElapsedSeconds = 2.5,
        Threads = 3,
        Device = "cpu",
        Engine = "fast",
        Precision = "bf16",
        BestEvaluation = new EvaluationState(5, 1.25, 0.75, 640),
        Files = new Dictionary<string, FileDigest> { ["model.safetensors"] = new(12, "ab") },
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_again()
    {
        TrainerState read = Load(TrainerStateJson.Serialize(State));
        Assert.Equal(State with { Files = read.Files }, read);
        Assert.Equal(State.Files, read.Files);
        JsonObject json = JsonNode.Parse(TrainerStateJson.Serialize(State))!.AsObject();
        Assert.Equal(
            ["version", "step", "data_position", "elapsed_seconds", "threads", "device", "engine", "precision", "last_evaluation", "best_evaluation", "files"],
            json.Select(property => property.Key));
        Assert.Equal(0.75, (double?)json["best_evaluation"]!["bits_per_byte"]);
    }

    [Fact]
    public void What_may_be_absent_has_its_default()
    {
        JsonObject json = JsonNode.Parse(TrainerStateJson.Serialize(State))!.AsObject();
        foreach (string name in (string[])["version", "engine", "precision", "last_evaluation", "best_evaluation"])
        {
            Assert.True(json.Remove(name));
        }

        TrainerState read = Load(Encoding.UTF8.GetBytes(json.ToJsonString()));
        Assert.Equal((1, "plain", "float32", null, null), (read.Version, read.Engine, read.Precision, read.LastEvaluation, read.BestEvaluation));
    }

    [Theory]
    [InlineData("\"step\": 7,", "", "is damaged or truncated")]
    [InlineData("\"step\": 7,", "\"step\": 7, \"step\": 8,", "is damaged or truncated")]
    [InlineData("\"step\": 7,", "\"step\": 7, \"stop\": 8,", "is damaged or truncated")]
    [InlineData("\"engine\": \"fast\"", "\"engine\": null", "is damaged or truncated")]
    [InlineData("\"version\": 1", "\"version\": 2", "has version 2, this program reads version 1")]
    [InlineData("\"threads\": 3", "\"threads\": 0", "has a negative or impossible count")]
    [InlineData("\"bits_per_byte\": 0.75", "\"bits_per_byte\": 1e400", "has a negative or impossible count")]
    public void Damage_is_named(string text, string damaged, string problem)
    {
        string json = Encoding.UTF8.GetString(TrainerStateJson.Serialize(State));
        Assert.Contains(text, json);
        FileFormatException failure = Assert.Throws<FileFormatException>(() => Load(Encoding.UTF8.GetBytes(json.Replace(text, damaged, StringComparison.Ordinal))));
        Assert.Contains(problem, failure.Message);
    }

    private TrainerState Load(byte[] json)
    {
        string path = _folder.File("trainer_state.json");
        File.WriteAllBytes(path, json);
        return TrainerStateJson.Load(path);
    }
}
