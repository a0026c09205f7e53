namespace NGpt.Core.Tokenizers;

/// <summary>Two tokens that become one when they stand side by side.</summary>
/// <param name="Left">The id of the first token.</param>
/// <param name="Right">The id of the second token.</param>
/// <param name="Result">The id of the token whose bytes are those of both.</param>
public readonly record struct BytePairMerge(int Left, int Right, int Result);
