namespace NGpt.Data.Preparation;

/// <summary>A document, or a part of one, that goes to one side of the hold-out.</summary>
/// <param name="Start">Where it begins in the spool, in bytes.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="IsValidation">True for validation, false for training.</param>
internal readonly record struct TextSegment(long Start, long Length, bool IsValidation);
