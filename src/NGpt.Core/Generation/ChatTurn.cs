namespace NGpt.Core.Generation;

/// <summary>One message of a conversation.</summary>
/// <param name="Role"><c>system</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Text">What was said.</param>
public sealed record ChatTurn(string Role, string Text);
