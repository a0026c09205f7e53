using System.Text.Json.Nodes;
using NGpt.Cli.Tests.Data;
using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;

namespace NGpt.Cli.Tests.Training;

[Collection(OneAtATime.Name)]
public sealed class FineTuningTests : IDisposable
{
    private readonly TrainingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ngpt", "--sqk-shape", "scalar")]
    [InlineData("gpt", "--rope-theta", "500")]
    public void A_run_from_the_weights_of_another_needs_neither_sizes_nor_tokenizer(string architecture, string option, string value)
    {
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("first", "--arch", architecture, "--tokenizer", "bpe:300", option, value, "--steps", "6")).ExitCode);
        string text = _folder.At("new.txt");
        TrainingFolder.WriteText(text, 500, seed: 5);
        CommandResult tuned = TrainingFolder.Train(
            "--init-from", _folder.At("first"), "--data", text, "--out", _folder.At("tuned"), "--steps", "4", "--batch-size", "2", "--context-length", "11", "--eval-batches", "1",
            "--sample-tokens", "0", "--threads", "1");
        Assert.Equal((0, ""), (tuned.ExitCode, tuned.Error));
        Assert.DoesNotContain("warning", tuned.Output);
        (RunConfig first, RunConfig second) = (Config("first"), Config("tuned"));
        Assert.Equal(first.Model with { ContextLength = 11 }, second.Model);
        // Resumed, it finds its tokens and its tokenizer again.
        CommandResult resumed = TrainingFolder.Train("--resume", _folder.At("tuned"), "--steps", "6");
        Assert.Equal((0, ""), (resumed.ExitCode, resumed.Error));
    }

    [Fact]
    public void Conversations_train_on_answers_alone_and_resume()
    {
        string chats = _folder.At("chats.jsonl");
        File.WriteAllLines(chats, Enumerable.Range(0, 300).Select(i =>
            $$$"""{"messages":[{"role":"user","content":"{{{i * 7919 % 1000}}} or {{{i}}}?"},{"role":"assistant","content":"The answer is yes."}]}"""));
        string data = _folder.At("data");
        Assert.Equal(0, DataFolder.Run("data", "prepare", chats, "--chat-template", "chatml", "--tokenizer", "bytes", "--out", data).ExitCode);
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("all", "--data", data)).ExitCode);
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("whole", "--data", data, "--loss-on", "assistant")).ExitCode);
        Assert.InRange(Evaluation("whole").Tokens, 1, Evaluation("all").Tokens * 2 / 3);
        CommandResult measured = TrainingFolder.Train("--resume", _folder.At("whole"), "--eval-only", "--json");
        JsonNode again = JsonNode.Parse(measured.Output)!["last_evaluation"]!;
        Assert.Equal((Evaluation("whole").Loss, Evaluation("whole").Tokens), ((double)again["loss"]!, (long)again["tokens"]!));
        Assert.Equal(75, TrainingFolder.Train(_folder.Begin("parts", "--data", data, "--loss-on", "assistant", "--time-limit", "0.001")).ExitCode);
        Assert.Equal(0, TrainingFolder.Train("--resume", _folder.At("parts")).ExitCode);
        RunState.AssertSame(_folder.At("whole"), _folder.At("parts"), TrainingFolder.Steps);
        CommandResult text = TrainingFolder.Train(_folder.Begin("text", "--loss-on", "assistant"));
        Assert.Equal(2, text.ExitCode);
        Assert.Contains("--loss-on assistant needs conversations", text.Error);

        EvaluationState Evaluation(string run) => new CheckpointFolder(RunState.Checkpoint(_folder.At(run), TrainingFolder.Steps)).Verify().LastEvaluation!;
    }

    [Fact]
    public void Sizes_that_are_given_and_differ_are_refused()
    {
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("first", "--steps", "2")).ExitCode);
        CommandResult result = TrainingFolder.Train("--init-from", _folder.At("first"), "--data", _folder.Text, "--layers", "3", "--steps", "2", "--batch-size", "2", "--out", _folder.At("other"));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("layers is 2 there, 3 here", result.Error);
    }

    [Fact]
    public void A_run_folder_is_a_tokenizer()
    {
        Assert.Equal(0, TrainingFolder.Train(_folder.Begin("first", "--tokenizer", "bpe:300", "--steps", "2")).ExitCode);
        CommandResult second = TrainingFolder.Train(_folder.Begin("second", "--tokenizer", _folder.At("first"), "--steps", "2"));
        Assert.Equal((0, ""), (second.ExitCode, second.Error));
        Assert.Equal(300, Config("second").Model.VocabularySize);
        Assert.Equal(Config("first").Data.Fingerprint, Config("second").Data.Fingerprint);
    }

    [Fact]
    public void A_run_is_not_written_into_its_own_text()
    {
        Directory.CreateDirectory(_folder.At("texts"));
        File.Copy(_folder.Text, _folder.At("texts", "a.txt"));
        CommandResult result = TrainingFolder.Train(_folder.Begin("unused", "--data", _folder.At("texts"), "--out", _folder.At("texts", "run")));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("is inside the folder with the text", result.Error);
        Assert.Equal(["a.txt"], Directory.GetFileSystemEntries(_folder.At("texts")).Select(Path.GetFileName));
    }

    private RunConfig Config(string run) => new RunFolder(_folder.At(run)).LoadConfig();
}
