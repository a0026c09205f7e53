namespace NGpt.Core.Configuration;

/// <summary>How the training windows are chosen.</summary>
public enum WindowSampling
{
    /// <summary>Without replacement: every window of an epoch once, in random order.</summary>
    Shuffled,

    /// <summary>With replacement: every window begins at a random place of the data, whatever came before.</summary>
    Random,
}
