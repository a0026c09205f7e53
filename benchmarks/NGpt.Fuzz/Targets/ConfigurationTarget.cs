using System.Diagnostics.CodeAnalysis;
using System.Text;
using NGpt.Core.Configuration;

namespace NGpt.Fuzz.Targets;

/// <summary>The reader of configuration files in TOML.</summary>
internal sealed class ConfigurationTarget : FuzzTarget
{
    private const string Name = "c.toml";

    [SetsRequiredMembers]
    public ConfigurationTarget()
    {
        Seeds =
        [
            Seed("preset = \"nano\"\nsteps = 500\n"),
            Seed("# a run\n[model]\nlayers = 3\nheads = 2\nembedding-width = 12\nsqk-init = 1.5\n\n[training]\nsteps = 1_000\nlearning-rate = 1e-3\nschedule = 'cosine'\n\n[data]\ntokenizer = \"bpe:512\"\nvalidation-fraction = 0.1\n"),
            Seed("[run]\ntime-limit = \"1h\"\nthreads = 2\nout = \"\"\"runs/x\"\"\"\n"),
            Seed("arch = \"gpt\"\nn_layer = 4\nwarmup-steps = 0x10\ndropout = 0.0\nbias = false\n"),
        ];
        Words = [.. Texts.Select(Encoding.UTF8.GetBytes), [0xFF], [0xED, 0xA0, 0x80], [0]];
        FixedBytes = 4_000_000;
        BytesPerByte = 2_000;
    }

    private static IReadOnlyList<string> Texts =>
    [
        "[model]", "[[model]]", "[training.x]", "=", "\"", "'''", "\"\"\"", "{", "}", "[", "]", ",", "#", "true", "inf", "nan", "-0.0", "1979-05-27T07:32:00Z", "\\u0000", "\\UFFFFFFFF",
        "\uFEFF", "\r\n", "steps = 3\n", "preset = \"0.5b\"\n", "a.b.c = 1\n", "\"steps\" = 4\n", "data = \"x\"\n", "layers", "0b11", "0o17", "1__0", "x = {a = [1, {b = 2}]}\n",
    ];

    /// <inheritdoc/>
    public override void Read(string path)
    {
        ConfigFile file = ConfigFile.Load(path);
        if (file.Values.Any(value => value.Value is null || !file.Lines.TryGetValue(value.Key, out int line) || line < 1))
        {
            throw new InvalidOperationException("a setting has no value or no line");
        }

        SettingLayers layers = SettingLayers.Create([], path);
        _ = layers.Warnings();
        RunConfigResolver.Check(layers);
    }

    private static FuzzFile[] Seed(string text) => [new FuzzFile(Name, Encoding.UTF8.GetBytes(text))];
}
