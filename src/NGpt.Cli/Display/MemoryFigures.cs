using NGpt.Core.Configuration;
using NGpt.Torch.Training;

namespace NGpt.Cli.Display;

/// <summary>What training would need of memory, part by part.</summary>
public static class MemoryFigures
{
    /// <summary>Describes the parts.</summary>
    /// <param name="memory">The parts, and what would compute.</param>
    /// <returns>Labels and values, in reading order.</returns>
    public static IReadOnlyList<(string Label, string Value)> Of(MemoryExplanation memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        return
        [
            ("engine", $"{memory.Engine.Name()}, {memory.Precision.Name()}: {memory.Reason}"),
            .. memory.Plan.Parts.Select(part => (part.Purpose, Figure.Bytes(part.Bytes))),
            ("together", $"{Figure.Bytes(memory.Plan.Total)} of {Figure.Bytes(memory.Available)}"),
        ];
    }
}
