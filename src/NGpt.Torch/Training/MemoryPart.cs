namespace NGpt.Torch.Training;

/// <summary>Memory that training needs for one purpose.</summary>
/// <param name="Purpose">What it is for, for example "Adam's moments".</param>
/// <param name="Bytes">How much.</param>
/// <param name="IsLate">Whether only runs of a thousand steps and more come to need it.</param>
public sealed record MemoryPart(string Purpose, long Bytes, bool IsLate = false);
