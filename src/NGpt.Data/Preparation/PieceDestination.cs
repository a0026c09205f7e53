namespace NGpt.Data.Preparation;

/// <summary>Where the pieces of a document go.</summary>
internal enum PieceDestination
{
    /// <summary>To the training split.</summary>
    Train,

    /// <summary>To the validation split.</summary>
    Validation,

    /// <summary>Nowhere: an earlier document has the same text.</summary>
    Dropped,
}
