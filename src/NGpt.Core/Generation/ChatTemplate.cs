using System.Diagnostics.CodeAnalysis;
using System.Text;
using NGpt.Core.Errors;
using NGpt.Core.Sampling;

namespace NGpt.Core.Generation;

/// <summary>
/// How a conversation is written as the text that a model continues. A model has the template that it was trained on; one
/// that was trained on plain text has none, and choosing one for it is the user's decision.
/// </summary>
public sealed class ChatTemplate
{
    private readonly string[] _marks;
    private readonly Func<IReadOnlyList<ChatTurn>, string> _render;

    private ChatTemplate(string name, StopStrings stops, string[] marks, Func<IReadOnlyList<ChatTurn>, string> render) =>
        (Name, Stops, _marks, _render) = (name, stops, marks, render);

    /// <summary>Roles that messages can have.</summary>
    public static IReadOnlyList<string> Roles { get; } = ["system", "user", "assistant"];

    /// <summary>ChatML: every message between <c>&lt;|im_start|&gt;role</c> and <c>&lt;|im_end|&gt;</c>.</summary>
    public static ChatTemplate ChatMl { get; } = new("chatml", ["<|im_end|>"], ["<|im_start|>", "<|im_end|>"], RenderChatMl);

    /// <summary>A dialogue in plain text, <c>User: …</c> and <c>Assistant: …</c>, which a model of plain text can complete.</summary>
    public static ChatTemplate Plain { get; } = new("plain", ["\nUser:", "\nAssistant:"], [], RenderPlain);

    /// <summary>The templates, by name.</summary>
    public static IReadOnlyList<ChatTemplate> All { get; } = [ChatMl, Plain];

    /// <summary>The name that it is chosen by.</summary>
    public string Name { get; }

    /// <summary>What ends an answer: never part of it.</summary>
    public StopStrings Stops { get; }

    /// <summary>Finds a template.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="UsageException">There is no such template.</exception>
    public static ChatTemplate Parse(string name) => TryParse(name, out ChatTemplate? template)
        ? template
        : throw new UsageException($"unknown chat template {name}", $"choose {string.Join(" or ", All.Select(known => known.Name))}");

    /// <summary>Finds a template.</summary>
    public static bool TryParse(string name, [NotNullWhen(true)] out ChatTemplate? template) =>
        (template = All.FirstOrDefault(known => known.Name == name)) is not null;

    /// <summary>Writes a conversation, up to where the assistant's next answer begins.</summary>
    /// <param name="turns">At least one message.</param>
    /// <exception cref="UsageException">There is no message, a role is unknown, or a message holds the template's own marks, with which it could pretend to be another.</exception>
    public string Render(IReadOnlyList<ChatTurn> turns)
    {
        ArgumentNullException.ThrowIfNull(turns);
        if (turns.Count == 0)
        {
            throw new UsageException("a conversation needs at least one message");
        }

        foreach (ChatTurn turn in turns)
        {
            if (!Roles.Contains(turn.Role))
            {
                throw new UsageException($"the role {turn.Role} is unknown", $"use one of {string.Join(", ", Roles)}");
            }

            if (_marks.FirstOrDefault(mark => turn.Text.Contains(mark, StringComparison.Ordinal)) is string found)
            {
                throw new UsageException($"a message holds {found}, which the template {Name} keeps messages apart with");
            }
        }

        return _render(turns);
    }

    private static string RenderChatMl(IReadOnlyList<ChatTurn> turns)
    {
        StringBuilder text = new();
        foreach (ChatTurn turn in turns)
        {
            text.Append("<|im_start|>").Append(turn.Role).Append('\n').Append(turn.Text).Append("<|im_end|>\n");
        }

        return text.Append("<|im_start|>assistant\n").ToString();
    }

    private static string RenderPlain(IReadOnlyList<ChatTurn> turns)
    {
        StringBuilder text = new();
        foreach (ChatTurn turn in turns)
        {
            text.Append(turn.Role switch { "user" => "User: ", "assistant" => "Assistant: ", _ => string.Empty }).Append(turn.Text.Trim()).Append("\n\n");
        }

        return text.Append("Assistant:").ToString();
    }
}

/// <summary>One message of a conversation.</summary>
/// <param name="Role"><c>system</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Text">What was said.</param>
public sealed record ChatTurn(string Role, string Text);
