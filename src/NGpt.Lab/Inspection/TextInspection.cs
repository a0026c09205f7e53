namespace NGpt.Lab.Inspection;

/// <summary>What is measured of a model on held-out text.</summary>
/// <param name="Source">What the text is, for people.</param>
/// <param name="Fingerprint">The same for the same tokens.</param>
/// <param name="Travel">How the residual stream moves.</param>
/// <param name="Losses">The losses at the context length and its multiples, ascending.</param>
/// <param name="Tokens">Tokens that are predicted at every length.</param>
public sealed record TextInspection(
    string Source, string Fingerprint, ResidualTravel Travel, IReadOnlyList<ContextLosses> Losses, long Tokens);
