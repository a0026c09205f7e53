namespace NGpt.Core.Sampling.Constraints;

/// <summary>
/// What one text may consist of and where it ends, beside <see cref="SamplingOptions"/>: settings that name tokens, and a
/// grammar. The default changes nothing.
/// </summary>
public sealed record TokenConstraints
{
    /// <summary>The largest amount of a bias.</summary>
    public const float MaxBias = 100;

    /// <summary>No constraints.</summary>
    public static TokenConstraints None { get; } = new();

    /// <summary>Added to the logits of tokens after the penalties, −100 to 100: −100 practically excludes a token, 100 practically forces it.</summary>
    public IReadOnlyDictionary<int, float> LogitBias { get; init; } = new Dictionary<int, float>();

    /// <summary>
    /// Number of generated tokens before which nothing ends the text: end-of-text and stop tokens are not chosen, and stop
    /// strings are found in the text of later tokens only. A JSON text still ends where nothing can follow.
    /// </summary>
    public int MinTokens { get; init; }

    /// <summary>Tokens that end the text; their own text is not part of it. They end a JSON text only where it may be complete.</summary>
    public IReadOnlyList<int> StopTokens { get; init; } = [];

    /// <summary>The allowed JSON texts; null for any text. Such a text ends when it is complete, also with <see cref="SamplingOptions.IgnoreEndOfText"/>.</summary>
    public JsonConstraint? Json { get; init; }

    /// <summary>Whether nothing is constrained.</summary>
    public bool IsEmpty => LogitBias.Count == 0 && MinTokens == 0 && StopTokens.Count == 0 && Json is null;
}
