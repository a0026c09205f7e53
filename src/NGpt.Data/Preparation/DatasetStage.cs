namespace NGpt.Data.Preparation;

/// <summary>What the preparation of a dataset is doing.</summary>
public enum DatasetStage
{
    /// <summary>Looking for an earlier preparation and checking it.</summary>
    CheckingCache,

    /// <summary>Reading the corpus for the first time: how many documents there are, which characters.</summary>
    Reading,

    /// <summary>Training a tokenizer.</summary>
    TrainingTokenizer,

    /// <summary>Writing tokens.</summary>
    Tokenizing,

    /// <summary>The dataset is open.</summary>
    Done,
}
