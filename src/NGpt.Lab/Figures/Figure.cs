using System.Text.Json;
using System.Text.Json.Serialization;

namespace NGpt.Lab.Figures;

/// <summary>The content of a figure, from which pictures, accessible tables, CSV and JSON are made.</summary>
internal sealed record Figure
{
    /// <summary>Name of its files and of its element in a page: lower case letters, digits and hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>A short title.</summary>
    public required string Title { get; init; }

    /// <summary>One or two sentences: what is shown, and how to read it.</summary>
    public required string Caption { get; init; }

    /// <summary>The horizontal axis.</summary>
    public required FigureAxis X { get; init; }

    /// <summary>The vertical axis.</summary>
    public required FigureAxis Y { get; init; }

    /// <summary>The series, in the order of the legend.</summary>
    public required IReadOnlyList<FigureSeries> Series { get; init; }

    /// <summary>Reference values, drawn as lines across the figure.</summary>
    public IReadOnlyList<FigureMark> Marks { get; init; } = [];
}

/// <summary>An axis of a figure.</summary>
/// <param name="Quantity">The quantity, for example <c>training tokens</c>.</param>
/// <param name="Unit">Its unit, for example <c>bits per byte</c>; null where the quantity has none.</param>
internal sealed record FigureAxis(string Quantity, string? Unit = null)
{
    /// <summary>Whether the axis is logarithmic; all values are then above 0.</summary>
    [JsonPropertyName("logarithmic")]
    public bool IsLogarithmic { get; init; }

    /// <summary>The value at the lower end; null for the minimum of the data.</summary>
    [JsonPropertyName("least")]
    public double? Min { get; init; }

    /// <summary>The value at the upper end; null for the maximum of the data.</summary>
    [JsonPropertyName("most")]
    public double? Max { get; init; }

    /// <summary>Names of the values 0, 1, 2, … of a categorical axis; else empty.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>The label of the axis: quantity and unit.</summary>
    [JsonIgnore]
    public string Label => Unit is null ? Quantity : $"{Quantity} ({Unit})";
}

/// <summary>A reference value, drawn as a thin line across the figure.</summary>
/// <param name="Text">Its label, for example <c>equal speed</c>.</param>
/// <param name="Value">The value.</param>
/// <param name="IsVertical">Whether it is a value of the horizontal axis.</param>
internal sealed record FigureMark(
    string Text,
    [property: JsonPropertyOrder(1)] double Value,
    [property: JsonPropertyName("axis"), JsonConverter(typeof(AxisName))] bool IsVertical = false);

internal sealed class AxisName : JsonConverter<bool>
{
    public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteStringValue(value ? "x" : "y");
}
