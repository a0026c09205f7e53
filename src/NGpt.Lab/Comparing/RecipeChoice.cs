using NGpt.Core.Configuration;

namespace NGpt.Lab.Comparing;

/// <summary>How an architecture's recipe was chosen.</summary>
/// <param name="Architecture">The architecture.</param>
/// <param name="Tried">The recipes in the order in which they were tried.</param>
/// <param name="Best">The recipe with the lowest held-out loss; null where none converged, or where there was no time to try all.</param>
/// <param name="IsBracketed">Whether higher and lower learning rates than the best were tried.</param>
public sealed record RecipeChoice(Architecture Architecture, IReadOnlyList<TriedRecipe> Tried, Recipe? Best, bool IsBracketed);
