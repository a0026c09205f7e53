namespace NGpt.Data.Preparation;

/// <summary>What the preparation of a dataset is doing.</summary>
public enum DatasetStage
{
    /// <summary>Looking for an earlier preparation and checking it.</summary>
    CheckingCache,

    /// <summary>Reading the corpus.</summary>
    Reading,

    /// <summary>Writing tokens.</summary>
    Tokenizing,

    /// <summary>The dataset is open.</summary>
    Done,
}
