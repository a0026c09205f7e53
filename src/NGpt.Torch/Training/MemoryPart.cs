namespace NGpt.Torch.Training;

/// <summary>Memory that training needs for one purpose.</summary>
/// <param name="Purpose">What it is for, for example "Adam's moments".</param>
/// <param name="Bytes">How much.</param>
public sealed record MemoryPart(string Purpose, long Bytes);
