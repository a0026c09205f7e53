using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using NGpt.Cli.Tests.Training;

namespace NGpt.Cli.Tests.Data;

[Collection(OneAtATime.Name)]
public sealed class DataPrepareTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Text_becomes_tokens_that_a_run_trains_on()
    {
        _folder.WriteJsonLines("a.jsonl", 300, seed: 1);
        CommandResult prepared = DataFolder.Run("data", "prepare", _folder.At("a.jsonl"), "--out", _folder.At("data"), "--tokenizer", "bytes");
        Assert.Equal(0, prepared.ExitCode);
        Assert.Contains("bytes, 257 tokens", prepared.Output, StringComparison.Ordinal);
        CommandResult info = DataFolder.Run("data", "info", _folder.At("data"), "--check", "--json");
        using JsonDocument json = JsonDocument.Parse(info.Output);
        JsonElement train = json.RootElement.GetProperty("train");
        JsonElement validation = json.RootElement.GetProperty("validation");
        Assert.Equal(300, train.GetProperty("documents").GetInt64() + validation.GetProperty("documents").GetInt64());
        Assert.Equal(train.GetProperty("bytes").GetInt64() + train.GetProperty("documents").GetInt64(), train.GetProperty("tokens").GetInt64());

        string[] sizes = ["--layers", "1", "--heads", "1", "--embedding-width", "8", "--context-length", "8", "--batch-size", "2", "--eval-batches", "1", "--sample-tokens", "0"];
        CommandResult trained = DataFolder.Run(["train", "--data", _folder.At("data"), "--out", _folder.At("run"), "--steps", "3", .. sizes]);
        Assert.Equal((0, ""), (trained.ExitCode, trained.Error));
        Assert.Contains("vocabulary 257", trained.Output, StringComparison.Ordinal);
        CommandResult resumed = DataFolder.Run("train", "--resume", _folder.At("run"), "--steps", "4");
        Assert.Equal(0, resumed.ExitCode);
    }

    [Fact]
    public void The_same_command_again_finds_it_done()
    {
        _folder.WriteJsonLines("a.jsonl", 30, seed: 1);
        string[] command = ["data", "prepare", _folder.At("a.jsonl"), "--out", _folder.At("data"), "--tokenizer", "characters", "--json"];
        CommandResult first = DataFolder.Run(command);
        Dictionary<string, byte[]> before = _folder.Contents("data");
        Assert.Equal((0, 0), (first.ExitCode, DataFolder.Run(command).ExitCode));
        Assert.Equal(before, _folder.Contents("data"));
    }

    [Fact]
    public void What_is_left_out_is_counted_with_reasons()
    {
        _folder.WriteJsonLines("a.jsonl", 40, seed: 1);
        File.AppendAllText(_folder.At("a.jsonl"), "{\"text\":\n{\"body\":\"x\"}\n{\"text\":7}\n");
        CommandResult result = DataFolder.Run("data", "prepare", _folder.At("a.jsonl"), "--out", _folder.At("data"), "--tokenizer", "bytes", "--json");
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal(3, json.RootElement.GetProperty("rejected_count").GetInt64());
        Assert.Equal(
            ["a.jsonl:41", "a.jsonl:42", "a.jsonl:43"],
            json.RootElement.GetProperty("rejected").EnumerateArray().Select(entry => entry.GetProperty("name").GetString()));
    }

    [Fact]
    public void Wrong_options_are_named_together()
    {
        string text = _folder.Write("a.txt", "text");
        CommandResult result = DataFolder.Run(
            "data", "prepare", text, "--out", _folder.At("data"), "--tokenizer", "bits", "--format", "csv", "--invalid-utf8", "keep", "--shard-tokens", "0", "--validation-fraction", "2");
        Assert.Equal(2, result.ExitCode);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.All(["\"bits\"", "--format \"csv\"", "--invalid-utf8 \"keep\"", "--shard-tokens 0", "validation fraction is 2"], part => Assert.Contains(part, result.Error, StringComparison.Ordinal));
        Assert.False(Directory.Exists(_folder.At("data")));
    }

    [Fact]
    public void Bad_input_is_one_line_with_the_file_and_leaves_no_folder()
    {
        string good = _folder.WriteJsonLines("good.jsonl", 40, seed: 1);
        (string Path, string Expected)[] cases =
        [
            (_folder.At("absent.txt"), "absent.txt"),
            (_folder.At("*.csv"), "*.csv"),
            (_folder.Write("empty.txt", ""), "empty.txt"),
            (_folder.Write("only-bad.jsonl", "{\n{\n"), "1"),
            (_folder.Write("short.txt", "x"), "too little"),
            (_folder.Write("not.parquet", "PAR1 but no more"), "not.parquet"),
            (Truncated(), "cut.txt.gz"),
        ];
        foreach ((string path, string expected) in cases)
        {
            CommandResult result = DataFolder.Run("data", "prepare", path, "--out", _folder.At("data"), "--tokenizer", "bytes");
            Assert.True(result.ExitCode is 1 or 2, path);
            string line = Assert.Single(result.Error.TrimEnd().Split('\n'), line => line.StartsWith("ngpt: ", StringComparison.Ordinal));
            Assert.Contains(expected, line, StringComparison.Ordinal);
            Assert.DoesNotContain("internal error", line, StringComparison.Ordinal);
            Assert.False(Directory.Exists(_folder.At("data")), path);
        }

        Assert.Equal(0, DataFolder.Run("data", "prepare", good, "--out", _folder.At("data"), "--tokenizer", "bytes").ExitCode);
    }

    [Fact]
    public void A_dataset_of_other_settings_is_not_overwritten_by_accident()
    {
        string text = _folder.WriteJsonLines("a.jsonl", 40, seed: 1);
        Assert.Equal(0, DataFolder.Run("data", "prepare", text, "--out", _folder.At("data"), "--tokenizer", "bytes").ExitCode);
        Dictionary<string, byte[]> before = _folder.Contents("data");
        CommandResult refused = DataFolder.Run("data", "prepare", text, "--out", _folder.At("data"), "--tokenizer", "characters");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("--overwrite", refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, _folder.Contents("data"));
        Assert.Equal(0, DataFolder.Run("data", "prepare", text, "--out", _folder.At("data"), "--tokenizer", "characters", "--overwrite").ExitCode);
    }

    [Fact]
    public void The_context_length_that_is_advised_for_a_short_text_trains()
    {
        foreach ((string name, string text) in (ReadOnlySpan<(string, string)>)[("0", "The cat sat down.\n"), ("1", "A dog ran away now.\n"), ("2", "Birds sing a song.\n")])
        {
            _folder.Write($"text-{name}.txt", text);
        }

        string[] command = ["train", "--data", _folder.At("text-*.txt"), "--out", _folder.At("run"), "--preset", "nano", "--steps", "2", "--sample-tokens", "0"];
        CommandResult refused = DataFolder.Run(command);
        Assert.Equal(2, refused.ExitCode);
        string advice = Regex.Match(refused.Error, "--context-length ([0-9]+) or less").Groups[1].Value;
        CommandResult trained = DataFolder.Run([.. command, "--context-length", advice]);
        Assert.Equal((0, ""), (trained.ExitCode, trained.Error));
        Assert.Equal(2, DataFolder.Run([.. command[..3], "--out", _folder.At("more"), .. command[5..], "--context-length", $"{int.Parse(advice, CultureInfo.InvariantCulture) + 1}"]).ExitCode);
    }

    [Fact]
    public void A_file_of_stories_is_divided_and_three_of_them_are_shown()
    {
        string stories = _folder.Write("stories.txt", string.Concat(Enumerable.Range(0, 60).Select(i => $"Once upon a time, story {i}.\n\tThe \u001b[31mend.\n<|endoftext|>\n")));
        string[] command = ["data", "prepare", stories, "--tokenizer", "bytes"];
        CommandResult whole = DataFolder.Run([.. command, "--out", _folder.At("whole")]);
        Assert.Contains("--document-separator '<|endoftext|>' divides there", whole.Error, StringComparison.Ordinal);
        CommandResult divided = DataFolder.Run([.. command, "--out", _folder.At("divided"), "--document-separator", "<|endoftext|>"]);
        Assert.Equal((0, false), (divided.ExitCode, divided.Error.Contains("warning", StringComparison.Ordinal)));
        CommandResult info = DataFolder.Run("data", "info", _folder.At("divided"));
        string[] shown = [.. info.Output.TrimEnd().Split('\n').Where(line => line.Contains("Once upon a time", StringComparison.Ordinal))];
        Assert.Equal(3, shown.Length);
        Assert.All(shown, line => Assert.EndsWith(".\\n\\tThe \u241b[31mend.", line, StringComparison.Ordinal));
        Assert.StartsWith("  token 0: Once upon a time, story 0.", shown[0], StringComparison.Ordinal);
        Assert.Equal(3, shown.Distinct().Count());
        CommandResult useless = DataFolder.Run("data", "prepare", _folder.WriteJsonLines("a.jsonl", 40, seed: 1), "--out", _folder.At("lines"), "--tokenizer", "bytes", "--format", "jsonl", "--document-separator", "x");
        Assert.Contains("warning: --document-separator has no effect", useless.Error, StringComparison.Ordinal);
        Assert.Contains("--document-separator is empty", DataFolder.Run([.. command, "--out", _folder.At("x"), "--document-separator", ""]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_are_joined_and_found_inside_of_objects()
    {
        string lines = _folder.Write("a.jsonl", string.Concat(Enumerable.Range(0, 60).Select(i => $$$"""{"title":"Head {{{i}}}","meta":{"body":"Body {{{i}}}"}}""" + "\n")));
        CommandResult prepared = DataFolder.Run("data", "prepare", lines, "--out", _folder.At("data"), "--tokenizer", "bytes", "--text-field", "title", "--text-field", "meta.body");
        Assert.Equal((0, ""), (prepared.ExitCode, prepared.Error.Contains("warning", StringComparison.Ordinal) ? prepared.Error : ""));
        Assert.Contains("Head 0\\n\\nBody 0", DataFolder.Run("data", "info", _folder.At("data")).Output, StringComparison.Ordinal);
        CommandResult wrong = DataFolder.Run("data", "prepare", lines, "--out", _folder.At("other"), "--text-field", "a", "--text-field", "a");
        Assert.Equal((2, true), (wrong.ExitCode, wrong.Error.Contains("--text-field names a field twice", StringComparison.Ordinal)));
    }

    private string Truncated()
    {
        using MemoryStream packed = new();
        using (System.IO.Compression.GZipStream gzip = new(packed, System.IO.Compression.CompressionMode.Compress, leaveOpen: true))
        {
            byte[] noise = new byte[10_000];
            new Random(1).NextBytes(noise);
            gzip.Write([.. noise.Select(value => (byte)('a' + (value % 26)))]);
        }

        string path = _folder.At("cut.txt.gz");
        File.WriteAllBytes(path, packed.ToArray()[..3_000]);
        return path;
    }
}
