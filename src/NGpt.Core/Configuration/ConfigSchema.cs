using System.Text.Json;

namespace NGpt.Core.Configuration;

/// <summary>When a key is in <c>config.json</c>.</summary>
internal enum KeyPresence
{
    /// <summary>Always written; its absence is an error.</summary>
    Required,

    /// <summary>Always written; where it is missing, the file is from before there was a choice and the initial value holds.</summary>
    OptionalOnRead,

    /// <summary>Written only where the value is not the initial one, so that files of published models stay what they were.</summary>
    OmitInitial,

    /// <summary>Not a key of <c>config.json</c>.</summary>
    None,
}

/// <summary>
/// What a configuration record consists of. Every property is added once, beside its declaration, in the order of
/// the keys in <c>config.json</c>; a property that can be set adds its <see cref="Setting"/> with it. The schema
/// then reads and writes JSON, resolves settings into a record, validates ranges and says what a resumed run may
/// change.
/// </summary>
/// <param name="group">Group of the settings.</param>
/// <param name="create">Creates the record with its initial values, which are the defaults.</param>
/// <param name="checksRangesOfText">Whether a range is checked when text is parsed: for records that are not validated as a whole.</param>
internal sealed class ConfigSchema<T>(SettingGroup group, Func<T> create, bool checksRangesOfText = false)
    where T : class
{
    private readonly List<Field> _fields = [];

    /// <summary>The settings of the record and of those inside it, in the order of declaration.</summary>
    public IEnumerable<Setting> Settings => _fields.SelectMany(entry => entry.Settings);

    /// <summary>Adds a property that can be set.</summary>
    public Setting<TValue> Add<TValue>(
        Func<T, TValue> get,
        Func<T, TValue, T> set,
        Setting<TValue> setting,
        string? key = null,
        KeyPresence presence = KeyPresence.Required,
        Func<T, TValue>? given = null)
        where TValue : notnull =>
        AddField(setting, key, presence, record => get(record), (record, value) => set(record, (TValue)value!), given is null ? null : record => given(record));

    /// <summary>Adds a property that is null, and not written, where it was not set.</summary>
    public Setting<TValue> AddOptional<TValue>(
        Func<T, TValue?> get, Func<T, TValue?, T> set, Setting<TValue> setting, string? key = null, KeyPresence presence = KeyPresence.OmitInitial)
        where TValue : struct => AddField(setting, key, presence, record => get(record), (record, value) => set(record, (TValue?)value));

    /// <inheritdoc cref="AddOptional{TValue}"/>
    public Setting<string> AddOptional(
        Func<T, string?> get, Func<T, string?, T> set, Setting<string> setting, string? key = null, KeyPresence presence = KeyPresence.OmitInitial) =>
        AddField(setting, key, presence, get, (record, value) => set(record, (string?)value));

    /// <summary>Adds a setting whose value is not stored under a key of its own but follows from other properties.</summary>
    public Setting<TValue> AddDerived<TValue>(Func<T, TValue> get, Setting<TValue> setting)
        where TValue : notnull => AddField(setting, key: null, KeyPresence.None, record => get(record), (record, _) => record);

    /// <summary>Adds a property that is stored but cannot be set on its own.</summary>
    public Setting<TValue> AddStored<TValue>(
        string key, SettingType<TValue> type, Func<T, TValue> get, Func<T, TValue, T> set, KeyPresence presence = KeyPresence.Required, NumberRange? range = null, string? label = null)
        where TValue : notnull => AddStoredField(key, type, record => get(record), (record, value) => set(record, (TValue)value!), presence, range, label);

    /// <summary>Adds a text that is stored but cannot be set on its own, and is null where it is not written.</summary>
    public Setting<string> AddStoredText(string key, Func<T, string?> get, Func<T, string?, T> set) =>
        AddStoredField(key, SettingTypes.Text, get, (record, value) => set(record, (string?)value), KeyPresence.OmitInitial, range: null, label: null);

    /// <summary>Adds a record inside this one, as an object in JSON.</summary>
    public ConfigSchema<TInner> AddNested<TInner>(
        string key, ConfigSchema<TInner> inner, Func<T, TInner?> get, Func<T, TInner?, T> set, Func<SettingLayers, bool>? isUsed = null)
        where TInner : class
    {
        _fields.Add(new NestedField<TInner>(key, inner, get, set, isUsed));
        return inner;
    }

    /// <summary>Writes all keys into the current object.</summary>
    public void Write(Utf8JsonWriter json, T record)
    {
        foreach (Field field in _fields)
        {
            field.Write(json, record);
        }
    }

    /// <summary>Reads all keys; problems are recorded by the reader.</summary>
    public T Read(JsonObjectReader json) => _fields.Aggregate(create(), (record, field) => field.Read(json, record));

    /// <summary>The record of the given settings, presets and defaults. Settings without effect are recorded.</summary>
    public T Resolve(SettingLayers layers) => _fields.Aggregate(create(), (record, field) => field.Resolve(layers, record));

    /// <summary>Records which settings of the record have no effect in this run, for a record that is not resolved.</summary>
    public void RecordNoEffects(SettingLayers layers)
    {
        foreach (Setting setting in Settings)
        {
            RecordNoEffect(layers, setting);
        }
    }

    /// <summary>The settings of a record with the values that would give it, those inside it included; without those that are null.</summary>
    public IEnumerable<(Setting Setting, object Value)> Values(T record) => _fields.SelectMany(field => field.Values(record));

    /// <summary>Values that are outside their ranges, one line each.</summary>
    public IEnumerable<string> RangeProblems(T record, Setting? except = null) => _fields.SelectMany(field => field.RangeProblems(record, except));

    /// <summary>The record of a resumed run: changes that may be made are made, others are recorded as problems.</summary>
    public T Resume(T stored, SettingLayers layers, List<string> problems) =>
        _fields.Aggregate(stored, (record, field) => field.Resume(layers, record, problems));

    private Setting<TValue> AddField<TValue>(
        Setting<TValue> setting, string? key, KeyPresence presence, Func<T, object?> get, Func<T, object?, T> set, Func<T, object?>? given = null)
        where TValue : notnull
    {
        setting.Group = group;
        setting.ChecksRange = checksRangesOfText;
        setting.InitialValue = setting.Default is null ? get(create()) : null;
        _fields.Add(new ValueField<TValue>(create, setting, isSetting: true, key ?? setting.SnakeCaseName, presence, get, set, given));
        return setting;
    }

    private Setting<TValue> AddStoredField<TValue>(
        string key, SettingType<TValue> type, Func<T, object?> get, Func<T, object?, T> set, KeyPresence presence, NumberRange? range, string? label)
        where TValue : notnull
    {
        Setting<TValue> definition = new(key, type, "", "") { Range = range, Label = label ?? key.Replace('_', ' ') };
        _fields.Add(new ValueField<TValue>(create, definition, isSetting: false, key, presence, get, set));
        return definition;
    }

    private static void RecordNoEffect(SettingLayers layers, Setting setting)
    {
        if (setting.NoEffect?.Invoke(layers) is string reason)
        {
            layers.HasNoEffect(setting, reason);
        }
    }

    private abstract class Field
    {
        public abstract IEnumerable<Setting> Settings { get; }

        public abstract void Write(Utf8JsonWriter json, T record);

        public abstract T Read(JsonObjectReader json, T record);

        public abstract T Resolve(SettingLayers layers, T record);

        public abstract T Resume(SettingLayers layers, T? record, List<string> problems);

        public abstract IEnumerable<string> RangeProblems(T record, Setting? except);

        public abstract IEnumerable<(Setting Setting, object Value)> Values(T record);
    }

    private sealed class ValueField<TValue>(
        Func<T> create, Setting<TValue> setting, bool isSetting, string key, KeyPresence presence, Func<T, object?> get, Func<T, object?, T> set, Func<T, object?>? given = null) : Field
        where TValue : notnull
    {
        public override IEnumerable<Setting> Settings => isSetting ? [setting] : [];

        public override void Write(Utf8JsonWriter json, T record)
        {
            object? value = get(record);
            if (value is not null && presence != KeyPresence.None && (presence != KeyPresence.OmitInitial || !value.Equals(get(create()))))
            {
                setting.Type.WriteJson(json, key, (TValue)value);
            }
        }

        public override T Read(JsonObjectReader json, T record) =>
            presence == KeyPresence.None || (presence != KeyPresence.Required && !json.Has(key)) ? record : set(record, setting.Type.ReadJson(json, key));

        public override T Resolve(SettingLayers layers, T record)
        {
            if (!isSetting)
            {
                return record;
            }

            ConfigSchema<T>.RecordNoEffect(layers, setting);
            return layers.TryGet(setting, out TValue? value) ? set(record, value)
                : setting.DefaultFor(layers) is TValue otherwise ? set(record, otherwise)
                : record;
        }

        public override T Resume(SettingLayers layers, T? record, List<string> problems)
        {
            if (!isSetting || layers.GetGiven(setting) is not object now)
            {
                return record!;
            }

            object? was = record is null ? null : (given ?? get)(record);
            if (now.Equals(was))
            {
                return record!;
            }

            if (setting.OnResume != ResumeRule.IsFixed)
            {
                return set(record!, now);
            }

            problems.Add($"{setting.Name} is {(was is null ? "unset" : setting.Format(was))} in this run, not {setting.Format(now)}");
            return record!;
        }

        public override IEnumerable<string> RangeProblems(T record, Setting? except) =>
            setting != except && get(record) is object value && setting.Range?.Problem(value) is string problem ? [$"{setting.Label} {problem}"] : [];

        public override IEnumerable<(Setting Setting, object Value)> Values(T record) =>
            isSetting && (given ?? get)(record) is object value ? [(setting, value)] : [];
    }

    private sealed class NestedField<TInner>(
        string key, ConfigSchema<TInner> inner, Func<T, TInner?> get, Func<T, TInner?, T> set, Func<SettingLayers, bool>? isUsed) : Field
        where TInner : class
    {
        public override IEnumerable<Setting> Settings => inner.Settings;

        public override void Write(Utf8JsonWriter json, T record)
        {
            if (get(record) is TInner value)
            {
                json.WriteStartObject(key);
                inner.Write(json, value);
                json.WriteEndObject();
            }
        }

        public override T Read(JsonObjectReader json, T record)
        {
            if (isUsed is not null && !json.Has(key))
            {
                return set(record, null);
            }

            JsonObjectReader reader = json.Object(key);
            TInner value = inner.Read(reader);
            reader.RejectUnknownKeys();
            return set(record, value);
        }

        public override T Resolve(SettingLayers layers, T record)
        {
            if (isUsed is null || isUsed(layers))
            {
                return set(record, inner.Resolve(layers));
            }

            inner.RecordNoEffects(layers);
            return set(record, null);
        }

        public override T Resume(SettingLayers layers, T? record, List<string> problems)
        {
            TInner? stored = record is null ? null : get(record);
            TInner? resumed = inner.Resume(stored!, layers, problems);
            return stored is null || resumed == stored ? record! : set(record!, resumed);
        }

        public override IEnumerable<string> RangeProblems(T record, Setting? except) =>
            get(record) is TInner value ? inner.RangeProblems(value, except) : [];

        public override IEnumerable<(Setting Setting, object Value)> Values(T record) => get(record) is TInner value ? inner.Values(value) : [];
    }
}
