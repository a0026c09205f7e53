using NGpt.Lab.Runs;

namespace NGpt.Lab.Comparing;

/// <summary>A recipe that was tried while one was chosen.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Result">What became of its run.</param>
public sealed record TriedRecipe(Recipe Recipe, RunResult Result);
