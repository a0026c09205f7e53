using System.Text.Json.Nodes;
using NGpt.Cli.Display;
using NGpt.Torch.Training;

namespace NGpt.Cli.Tests.Display;

public sealed class TrainingJsonTests
{
    [Fact]
    public void An_outcome_is_one_line_with_every_figure()
    {
        string line = TrainingJson.Write(TrainingStory.Outcome(TrainingEnd.TimeLimit), 75);
        Assert.DoesNotContain('\n', line);
        JsonObject json = JsonNode.Parse(line)!.AsObject();
        Assert.Equal(
            [
                "end", "exit_code", "step", "run", "last_evaluation", "best_evaluation", "seconds", "peak_memory_bytes", "engine", "precision",
                "engine_reason", "sample",
            ],
            json.Select(pair => pair.Key));
        Assert.Equal("time_limit", (string?)json["end"]);
        Assert.Equal(75, (int?)json["exit_code"]);
        Assert.Equal(2.25, (double?)json["best_evaluation"]!["loss"]);
        Assert.Equal(3.6, (double?)json["last_evaluation"]!["bits_per_byte"]);
        Assert.Equal(192, (double?)json["seconds"]);
        Assert.Equal(("plain", "float32", "asked for"), ((string?)json["engine"], (string?)json["precision"], (string?)json["engine_reason"]));
        Assert.Equal("A [sample]\nof \"text\" – β.", (string?)json["sample"]);
    }

    [Fact]
    public void A_diverged_run_is_still_valid_JSON()
    {
        TrainingOutcome outcome = TrainingStory.Outcome() with { LastEvaluation = new EvaluationReport(1, 1000, 1442, 1, false), BestEvaluation = null, Sample = null };
        JsonObject json = JsonNode.Parse(TrainingJson.Write(outcome, 0))!.AsObject();
        Assert.Null(json["last_evaluation"]!["perplexity"]);
        Assert.Null(json["best_evaluation"]);
        Assert.Null(json["sample"]);
    }
}
