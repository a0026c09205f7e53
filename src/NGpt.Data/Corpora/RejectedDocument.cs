namespace NGpt.Data.Corpora;

/// <summary>A file, line or row that was left out of a corpus.</summary>
/// <param name="Name">Its name inside the corpus.</param>
/// <param name="Reason">Why: one clause, with the place where it is known.</param>
public sealed record RejectedDocument(string Name, string Reason);
