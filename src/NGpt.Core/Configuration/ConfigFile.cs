using NGpt.Core.Errors;
using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace NGpt.Core.Configuration;

/// <summary>
/// A configuration file in TOML: settings as keys, on their own or in tables named like their groups, and
/// <c>preset</c>. Every accepted name of a setting is accepted as a key.
/// </summary>
public sealed class ConfigFile
{
    /// <summary>The key that chooses the preset.</summary>
    internal const string PresetKey = "preset";

    private const int MaxFileSize = 1 << 20;

    private readonly Dictionary<Setting, object> _values = [];
    private readonly Dictionary<Setting, int> _lines = [];
    private readonly List<string> _ignored = [];
    private readonly SettingCatalog _catalog;

    private ConfigFile(string path, SettingCatalog catalog)
    {
        Path = path;
        _catalog = catalog;
    }

    /// <summary>Path of the file, as given.</summary>
    public string Path { get; }

    /// <summary>The preset that the file names, or null.</summary>
    public string? PresetName { get; private set; }

    /// <summary>The settings of the file and their values.</summary>
    public IReadOnlyDictionary<Setting, object> Values => _values;

    /// <summary>The line of each setting, counted from 1.</summary>
    public IReadOnlyDictionary<Setting, int> Lines => _lines;

    /// <summary>One line for each key that is accepted without an effect.</summary>
    internal IReadOnlyList<string> Ignored => _ignored;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The checked file.</returns>
    /// <exception cref="UsageException">The file is missing or wrong; the message has all problems with their lines.</exception>
    public static ConfigFile Load(string path)
    {
        List<string> problems = [];
        ConfigFile? file = Load(path, SettingCatalog.Default, problems);
        return problems.Count == 0 ? file! : throw new UsageException(string.Join("; ", problems));
    }

    /// <summary>Reads the text of a file.</summary>
    /// <param name="text">The TOML text.</param>
    /// <param name="path">The path to name in messages.</param>
    /// <returns>The checked file.</returns>
    /// <exception cref="UsageException">The text is wrong; the message has all problems with their lines.</exception>
    public static ConfigFile Parse(string text, string path)
    {
        List<string> problems = [];
        ConfigFile file = Parse(text, path, SettingCatalog.Default, problems);
        return problems.Count == 0 ? file : throw new UsageException(string.Join("; ", problems));
    }

    internal static ConfigFile? Load(string path, SettingCatalog catalog, List<string> problems)
    {
        try
        {
            FileInfo file = new(path);
            if (Directory.Exists(path))
            {
                problems.Add($"configuration file {path} is a folder");
            }
            else if (!file.Exists)
            {
                problems.Add($"configuration file {path} does not exist");
            }
            else if (file.Length > MaxFileSize)
            {
                problems.Add($"configuration file {path} has {file.Length} bytes, more than the {MaxFileSize} of any such file");
            }
            else
            {
                return Parse(File.ReadAllText(path), path, catalog, problems);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"configuration file {path} cannot be read: {e.Message.TrimEnd('.')}");
        }

        return null;
    }

    private static ConfigFile Parse(string text, string path, SettingCatalog catalog, List<string> problems)
    {
        ConfigFile file = new(path, catalog);
        if (TryParse(text, path, problems) is not DocumentSyntax document)
        {
            return file;
        }

        // What the parser says after its first error follows from it.
        if (document.Diagnostics.FirstOrDefault(diagnostic => diagnostic.Kind == DiagnosticMessageKind.Error) is DiagnosticMessage first)
        {
            string hint = text.AsSpan().TrimStart() is ['{', ..] ? " (this looks like JSON; a configuration file is TOML)" : string.Empty;
            problems.Add($"{path}:{first.Span.Start.Line + 1}: {first.Message.TrimEnd('.')}{hint}");
        }

        if (document.HasErrors)
        {
            return file;
        }

        foreach (KeyValueSyntax pair in document.KeyValues)
        {
            file.Read(pair, [], problems);
        }

        foreach (TableSyntaxBase table in document.Tables)
        {
            List<string> name = Segments(table.Name);
            if (table is not TableArraySyntax && name.Count == 1 && IsGroup(name[0]))
            {
                foreach (KeyValueSyntax pair in table.Items)
                {
                    file.Read(pair, name, problems);
                }
            }
            else
            {
                problems.Add($"{path}:{LineOf(table)}: unknown table [{string.Join('.', name)}]: the tables are {string.Join(", ", GroupNames().Select(group => $"[{group}]"))}");
            }
        }

        return file;
    }

    // Damaged text gives diagnostics, and an exception where it nests too deeply or ends within an escape.
    private static DocumentSyntax? TryParse(string text, string path, List<string> problems)
    {
        try
        {
            return SyntaxParser.Parse(text, path);
        }
        catch (TomlException error)
        {
            problems.Add($"{path}: {error.Message.Split(". ")[0].TrimEnd('.')}");
            return null;
        }
        catch (ArgumentOutOfRangeException)
        {
            problems.Add($"{path}: it ends within an escape (\\u or \\U)");
            return null;
        }
    }

    private void Read(KeyValueSyntax pair, IReadOnlyList<string> table, List<string> problems)
    {
        int line = LineOf(pair);
        List<string> path = [.. table, .. Segments(pair.Key)];
        string key = path[^1];
        Setting? setting = _catalog.FindSetting(key);
        if (path.Count > 2 || (path.Count == 2 && !IsGroup(path[0])))
        {
            Problem($"unknown key {string.Join('.', path)}");
        }
        else if (path.Count == 2 && setting is not null && _catalog.Settings.Contains(setting) && !path[0].Equals(setting.Group.ToString(), StringComparison.OrdinalIgnoreCase))
        {
            Problem($"{key} belongs in [{setting.Group.ToString().ToLowerInvariant()}], not in [{path[0]}]");
        }
        else if (key == PresetKey && path.Count == 1)
        {
            ReadPreset(pair.Value, Problem);
        }
        else if (setting is null)
        {
            string? nearest = Spelling.Nearest(key, _catalog.Settings.SelectMany(known => known.AllNames).Append(PresetKey));
            Problem(nearest is null ? $"unknown key {key}" : $"unknown key {key}: did you mean {nearest}?");
        }
        else if (_lines.TryGetValue(setting, out int earlier))
        {
            Problem($"{key} sets {setting.Name} again, after line {earlier}");
        }
        else
        {
            _lines[setting] = line;
            ReadValue(setting, key, pair.Value, line, Problem);
        }

        void Problem(string problem) => problems.Add($"{Path}:{line}: {problem}");
    }

    private void ReadPreset(ValueSyntax? value, Action<string> problem)
    {
        if (value is not StringValueSyntax { Value: string name })
        {
            problem($"preset takes text, not {KindOf(value)}");
        }
        else if (PresetName is not null)
        {
            problem("preset is set again");
        }
        else if (Presets.Find(name) is null)
        {
            problem(Presets.Unknown(name));
        }
        else
        {
            PresetName = name;
        }
    }

    private void ReadValue(Setting setting, string key, ValueSyntax? value, int line, Action<string> problem)
    {
        if (TextFor(setting.Kind, value) is not string text)
        {
            problem($"{key} takes {Expected(setting)}, not {KindOf(value)}");
        }
        else if (!setting.TryParse(text, out object? parsed, out string? wrong))
        {
            problem($"{key}: {wrong}");
        }
        else if (setting.Ignored?.Invoke(parsed) is string reason)
        {
            _ignored.Add($"{key} ({Path}, line {line}) has no effect here: {reason}");
        }
        else
        {
            _values[setting] = parsed;
        }
    }

    /// <summary>The text of a TOML value whose type suits a kind of setting, else null.</summary>
    private static string? TextFor(SettingKind kind, ValueSyntax? value) => (kind, value) switch
    {
        (SettingKind.Integer or SettingKind.Number or SettingKind.Duration, IntegerValueSyntax whole) => $"{whole.Value}",
        (SettingKind.Number or SettingKind.Duration, FloatValueSyntax number) => number.Value.ToString("R"),
        (SettingKind.Flag, BooleanValueSyntax flag) => flag.Value ? "true" : "false",
        (SettingKind.Text or SettingKind.TextList or SettingKind.Duration, StringValueSyntax text) => text.Value,
        (SettingKind.TextList, ArraySyntax list) when list.Items.All(item => item.Value is StringValueSyntax) =>
            string.Join(DataSource.Separator, list.Items.Select(item => ((StringValueSyntax)item.Value!).Value)),
        _ => null,
    };

    private static string Expected(Setting setting) => setting.Kind switch
    {
        SettingKind.Integer => "an integer",
        SettingKind.Number => "a number",
        SettingKind.Flag => "true or false",
        SettingKind.Duration => "seconds or text such as \"6m\"",
        SettingKind.TextList => "text or a list of texts",
        _ => "text",
    };

    private static string KindOf(ValueSyntax? value) => value switch
    {
        StringValueSyntax => "text",
        IntegerValueSyntax => "an integer",
        FloatValueSyntax => "a number with a fraction",
        BooleanValueSyntax => "true or false",
        ArraySyntax => "a list",
        InlineTableSyntax => "a table",
        null => "nothing",
        _ => "a date or time",
    };

    private static List<string> Segments(KeySyntax? key) => key is null
        ? [""]
        : [Segment(key.Key), .. key.DotKeys.Select(part => Segment(part.Key))];

    private static string Segment(BareKeyOrStringValueSyntax? part) => part switch
    {
        BareKeySyntax bare => bare.Key?.Text ?? "",
        StringValueSyntax quoted => quoted.Value ?? "",
        _ => "",
    };

    private static bool IsGroup(string name) => GroupNames().Contains(name, StringComparer.Ordinal);

    private static IEnumerable<string> GroupNames() => Enum.GetNames<SettingGroup>().Select(name => name.ToLowerInvariant());

    private static int LineOf(SyntaxNode node) => node.Span.Start.Line + 1;
}
