namespace NGpt.Lab.Runs;

/// <summary>Why an experiment trains no more.</summary>
public enum SequenceEnd
{
    /// <summary>Nothing ended it: there may be more to train.</summary>
    None,

    /// <summary>Its time was over.</summary>
    OutOfTime,

    /// <summary>A person stopped it.</summary>
    Stopped,
}
