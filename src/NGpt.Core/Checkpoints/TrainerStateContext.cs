using System.Text.Json.Serialization;

namespace NGpt.Core.Checkpoints;

/// <summary>Code for reading and writing <see cref="TrainerStateFile"/>, generated when the program is built.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false,
    WriteIndented = true)]
[JsonSerializable(typeof(TrainerStateFile))]
internal sealed partial class TrainerStateContext : JsonSerializerContext;
