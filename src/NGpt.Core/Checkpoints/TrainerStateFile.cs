using System.Text.Json;

namespace NGpt.Core.Checkpoints;

/// <summary>
/// A <see cref="TrainerState"/> as its file lays it out. What may be absent has a setter: code that is generated for
/// reading sets every property without one, and an absent value would replace the default. It lets a null through to
/// the ones with a setter.
/// </summary>
internal sealed class TrainerStateFile
{
    public int Version { get; set; } = TrainerState.CurrentVersion;

    public required int Step { get; init; }

    public required long DataPosition { get; init; }

    public required double ElapsedSeconds { get; init; }

    public required int Threads { get; init; }

    public required string Device { get; init; }

    public string? Engine { get; set; } = TrainerState.FirstEngine;

    public string? Precision { get; set; } = TrainerState.FirstPrecision;

    public EvaluationState? LastEvaluation { get; set; }

    public EvaluationState? BestEvaluation { get; set; }

    public required IReadOnlyDictionary<string, FileDigest> Files { get; init; }

    public static TrainerStateFile Of(TrainerState state) => new()
    {
        Version = state.Version,
        Step = state.Step,
        DataPosition = state.DataPosition,
        ElapsedSeconds = state.ElapsedSeconds,
        Threads = state.Threads,
        Device = state.Device,
        Engine = state.Engine,
        Precision = state.Precision,
        LastEvaluation = state.LastEvaluation,
        BestEvaluation = state.BestEvaluation,
        Files = state.Files,
    };

    /// <exception cref="JsonException">A value is null that cannot be.</exception>
    public TrainerState ToState() => new()
    {
        Version = Version,
        Step = Step,
        DataPosition = DataPosition,
        ElapsedSeconds = ElapsedSeconds,
        Threads = Threads,
        Device = Device,
        Engine = Engine ?? throw new JsonException("engine is null"),
        Precision = Precision ?? throw new JsonException("precision is null"),
        LastEvaluation = LastEvaluation,
        BestEvaluation = BestEvaluation,
        Files = Files,
    };
}
