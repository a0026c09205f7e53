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
    private readonly string _answerStart;
    private readonly string _conversationEnd;
    private readonly Func<IReadOnlyList<ChatTurn>, IEnumerable<ChatSegment>> _segments;

    private ChatTemplate(string name, StopStrings stops, string[] marks, string answerStart, string conversationEnd, Func<IReadOnlyList<ChatTurn>, IEnumerable<ChatSegment>> segments) =>
        (Name, Stops, _marks, _answerStart, _conversationEnd, _segments) = (name, stops, marks, answerStart, conversationEnd, segments);

    /// <summary>Roles that messages can have.</summary>
    public static IReadOnlyList<string> Roles { get; } = ["system", "user", "assistant"];

    /// <summary>ChatML: every message between <c>&lt;|im_start|&gt;role</c> and <c>&lt;|im_end|&gt;</c>.</summary>
    public static ChatTemplate ChatMl { get; } = new("chatml", ["<|im_end|>"], ["<|im_start|>", "<|im_end|>"], "<|im_start|>assistant\n", "", ChatMlSegments);

    /// <summary>A dialogue in plain text, <c>User: …</c> and <c>Assistant: …</c>, which a model of plain text can complete.</summary>
    public static ChatTemplate Plain { get; } = new("plain", ["\nUser:", "\nAssistant:"], [], "Assistant:", "User:", PlainSegments);

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
        Check(turns);
        StringBuilder text = new();
        foreach (ChatSegment segment in _segments(turns))
        {
            text.Append(segment.Text);
        }

        return text.Append(_answerStart).ToString();
    }

    /// <summary>
    /// Writes a finished conversation as a text to train on. An answer is all that the model has to write by itself: the
    /// assistant's message and what ends it.
    /// </summary>
    /// <param name="turns">At least one message.</param>
    /// <returns>The segments of the text in their order; what comes before an answer is what <see cref="Render"/> gives.</returns>
    /// <exception cref="UsageException">As for <see cref="Render"/>.</exception>
    public IReadOnlyList<ChatSegment> Segments(IReadOnlyList<ChatTurn> turns)
    {
        Check(turns);
        List<ChatSegment> segments = [.. _segments(turns)];
        if (segments[^1].IsAnswer)
        {
            // Else nothing would teach where the last answer ends.
            segments[^1] = segments[^1] with { Text = segments[^1].Text + _conversationEnd };
        }

        return segments;
    }

    private void Check(IReadOnlyList<ChatTurn> turns)
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
    }

    private static IEnumerable<ChatSegment> ChatMlSegments(IReadOnlyList<ChatTurn> turns)
    {
        foreach (ChatTurn turn in turns)
        {
            yield return new ChatSegment($"<|im_start|>{turn.Role}\n", IsAnswer: false);
            yield return new ChatSegment($"{turn.Text}<|im_end|>", IsAnswer: turn.Role == "assistant");
            yield return new ChatSegment("\n", IsAnswer: false);
        }
    }

    // What ends an answer is the beginning of the user's next message.
    private static IEnumerable<ChatSegment> PlainSegments(IReadOnlyList<ChatTurn> turns)
    {
        for (int i = 0; i < turns.Count; i++)
        {
            string text = turns[i].Text.Trim();
            bool followsAnswer = i > 0 && turns[i - 1].Role == "assistant";
            switch (turns[i].Role)
            {
                case "assistant":
                    yield return new ChatSegment("Assistant:", IsAnswer: false);
                    bool userIsNext = i + 1 < turns.Count && turns[i + 1].Role == "user";
                    yield return new ChatSegment($" {text}\n\n{(userIsNext ? "User:" : "")}", IsAnswer: true);
                    break;
                case "user":
                    yield return new ChatSegment($"{(followsAnswer ? "" : "User:")} {text}\n\n", IsAnswer: false);
                    break;
                default:
                    yield return new ChatSegment($"{text}\n\n", IsAnswer: false);
                    break;
            }
        }
    }
}

/// <summary>One message of a conversation.</summary>
/// <param name="Role"><c>system</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Text">What was said.</param>
public sealed record ChatTurn(string Role, string Text);

/// <summary>A part of a conversation's text.</summary>
/// <param name="Text">The text.</param>
/// <param name="IsAnswer">Whether the assistant writes it.</param>
public sealed record ChatSegment(string Text, bool IsAnswer);
