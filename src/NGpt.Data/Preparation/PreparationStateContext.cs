using System.Text.Json.Serialization;

namespace NGpt.Data.Preparation;

/// <summary>Code for reading and writing <see cref="PreparationState"/>, generated when the program is built.</summary>
[JsonSerializable(typeof(PreparationState))]
internal sealed partial class PreparationStateContext : JsonSerializerContext;
