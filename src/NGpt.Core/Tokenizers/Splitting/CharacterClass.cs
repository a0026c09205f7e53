namespace NGpt.Core.Tokenizers.Splitting;

/// <summary>What the published patterns tell apart.</summary>
internal enum CharacterClass : byte
{
    /// <summary>Neither of the others: punctuation, marks, signs, controls, bytes that are no UTF-8.</summary>
    Other,

    /// <summary>A letter: <c>\p{L}</c>.</summary>
    Letter,

    /// <summary>A number: <c>\p{N}</c>.</summary>
    Number,

    /// <summary>White space: <c>\s</c>.</summary>
    Space,
}
