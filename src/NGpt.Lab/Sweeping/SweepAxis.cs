namespace NGpt.Lab.Sweeping;

/// <summary>What of a small base model is multiplied.</summary>
public enum SweepAxis
{
    /// <summary>C, with as many more heads of the same width and an MLP as much wider.</summary>
    Width,

    /// <summary>L, the number of blocks.</summary>
    Depth,

    /// <summary>Training tokens: optimizer steps, with the same batch.</summary>
    Tokens,
}
