namespace NGpt.Torch.Training;

/// <summary>The memory that training needs, part by part.</summary>
/// <param name="Parts">The parts; together they are the estimated peak of the process.</param>
public sealed record MemoryPlan(IReadOnlyList<MemoryPart> Parts)
{
    /// <summary>Estimated peak resident size of the process, in bytes.</summary>
    public long Total => Parts.Sum(part => part.Bytes);

    /// <summary>The same of a process that takes some hundreds of steps.</summary>
    public long ShortRun => Parts.Where(part => !part.IsLate).Sum(part => part.Bytes);
}
