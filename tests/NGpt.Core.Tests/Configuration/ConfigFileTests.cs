using NGpt.Core.Configuration;
using NGpt.Core.Errors;

namespace NGpt.Core.Tests.Configuration;

public sealed class ConfigFileTests
{
    [Fact]
    public void Keys_are_accepted_flat_and_in_tables_under_every_name()
    {
        ConfigFile file = ConfigFile.Parse(
            """
            preset = "nano"
            arch = "GPT"
            data.dataset = 'C:\texts'  # dotted

            [model]
            n_layer = 3
            heads = 2
            embedding_width = 10

            [training]
            learning-rate = 1
            min_lr = 1e-5
            seed = 9_000_000_000

            [run]
            "eval-only" = true
            time-limit = "6m"
            """,
            "run.toml");
        Assert.Equal("nano", file.PresetName);
        Assert.Equal(
            [
                "arch=gpt@2", "data=C:\\texts@3", "layers=3@6", "heads=2@7", "embedding-width=10@8", "learning-rate=1@11",
                "min-learning-rate=1E-05@12", "seed=9000000000@13", "eval-only=true@16", "time-limit=360@17",
            ],
            file.Values.Select(pair => $"{pair.Key.Name}={pair.Key.Format(pair.Value)}@{file.Lines[pair.Key]}"));
    }

    [Theory]
    [InlineData("data = \"a\\u0000b\"")]
    [InlineData("data = [\"a=1\", \"b\\u0000=2\"]")]
    [InlineData("tokenizer = \"bpe\\u0000:512\"")]
    [InlineData("out = \"\\u0000\"")]
    public void A_NUL_character_is_refused(string text) =>
        Assert.Contains("the value has a NUL character", Assert.Throws<UsageException>(() => ConfigFile.Parse(text, "x.toml")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("layer = 3", "f:1: unknown key layer: did you mean layers?")]
    [InlineData("\nlerning_rate = 1", "f:2: unknown key lerning_rate: did you mean learning_rate?")]
    [InlineData("zzz = 3", "f:1: unknown key zzz")]
    [InlineData("layers = '3'", "f:1: layers takes an integer, not text")]
    [InlineData("layers = 3.5", "f:1: layers takes an integer, not a number with a fraction")]
    [InlineData("layers = 5_000_000_000", "f:1: layers: 5000000000 is too large")]
    [InlineData("beta1 = true", "f:1: beta1 takes a number, not true or false")]
    [InlineData("beta1 = nan", "f:1: beta1: \"NaN\" is not a number")]
    [InlineData("eval_only = 1", "f:1: eval_only takes true or false, not an integer")]
    [InlineData("out = ['a']", "f:1: out takes text, not a list")]
    [InlineData("out = 1979-05-27", "f:1: out takes text, not a date or time")]
    [InlineData("out = {a = 1}", "f:1: out takes text, not a table")]
    [InlineData("time_limit = true", "f:1: time_limit takes seconds or text such as \"6m\", not true or false")]
    [InlineData("preset = 'huge'", "f:1: unknown preset \"huge\": the presets are nano, small, medium, 0.5b, 1b")]
    [InlineData("preset = 3", "f:1: preset takes text, not an integer")]
    [InlineData("layers = 3\n[model]\nn_layer = 3", "f:3: n_layer sets layers again, after line 1")]
    [InlineData("layers = 'x'\nn_layer = 3", "f:1: layers takes an integer, not text; f:2: n_layer sets layers again, after line 1")]
    [InlineData("[training]\nlayers = 3", "f:2: layers belongs in [model], not in [training]")]
    [InlineData("[optimizer]\nbeta1 = 3", "f:1: unknown table [optimizer]: the tables are [model], [training], [data], [run]")]
    [InlineData("[[model]]\nlayers = 3", "f:1: unknown table [model]: the tables are [model], [training], [data], [run]")]
    [InlineData("[model.x]\nlayers = 3", "f:1: unknown table [model.x]: the tables are [model], [training], [data], [run]")]
    [InlineData("a.b.c = 3", "f:1: unknown key a.b.c")]
    public void Problems_have_line_and_reason(string text, string expected)
    {
        UsageException e = Assert.Throws<UsageException>(() => ConfigFile.Parse(text, "f"));
        Assert.Equal(expected, e.Message);
    }

    [Fact]
    public void All_problems_are_reported_at_once()
    {
        UsageException e = Assert.Throws<UsageException>(() => ConfigFile.Parse("depth = 1\nsteps = 2\nheads = 'x'\n[run]\nout = 1", "f"));
        Assert.Equal("f:1: unknown key depth; f:3: heads takes an integer, not text; f:5: out takes text, not an integer", e.Message);
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public void TOML_that_nests_too_deeply_is_refused(char opening)
    {
        string text = $"out = {string.Concat(Enumerable.Repeat(opening == '[' ? "[" : "{a=", 3000))}";
        Assert.Equal("f: The maximum depth of 64 has been exceeded", Assert.Throws<UsageException>(() => ConfigFile.Parse(text, "f")).Message);
    }

    [Theory]
    [InlineData("out = \"a\\UFF")]
    [InlineData("out = \"\"\"a\\u00")]
    [InlineData("steps\\U0011")]
    [InlineData("\"steps\\x")]
    public void TOML_that_ends_within_an_escape_is_refused(string text) =>
        Assert.StartsWith("f:", Assert.Throws<UsageException>(() => ConfigFile.Parse(text, "f")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("steps = ")]
    [InlineData("steps 3")]
    [InlineData("[model")]
    [InlineData("steps = 3\nsteps = 4")]
    [InlineData("= 3")]
    [InlineData("out = \"\\q\"")]
    [InlineData("seed = 99999999999999999999")]
    public void Broken_TOML_is_refused_with_a_line(string text)
    {
        UsageException e = Assert.Throws<UsageException>(() => ConfigFile.Parse(text, "f.toml"));
        Assert.Matches("^f\\.toml:[0-9]+: [^\\n]+$", e.Message);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_refused()
    {
        Assert.Equal("configuration file no.toml does not exist", Assert.Throws<UsageException>(() => ConfigFile.Load("no.toml")).Message);
        Assert.Equal("configuration file . is a folder", Assert.Throws<UsageException>(() => ConfigFile.Load(".")).Message);
    }
}
