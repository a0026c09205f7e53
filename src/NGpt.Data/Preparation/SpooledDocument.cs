namespace NGpt.Data.Preparation;

/// <summary>The place of a document in a spool.</summary>
/// <param name="NameHash">The hash of its name (<see cref="HoldOut.NameHash"/>).</param>
/// <param name="Start">Where it begins, in bytes.</param>
/// <param name="Length">Its bytes.</param>
internal readonly record struct SpooledDocument(ulong NameHash, long Start, long Length);
