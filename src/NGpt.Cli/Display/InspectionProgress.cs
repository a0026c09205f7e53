using NGpt.Lab.Inspection;

namespace NGpt.Cli.Display;

/// <summary>Shows how an inspection goes: a line for every part of it.</summary>
/// <param name="output">Where to: standard error.</param>
public sealed class InspectionProgress(TextWriter output) : IInspectionObserver
{
    /// <inheritdoc/>
    public void OnWarning(string message) => Line($"warning: {message}");

    /// <inheritdoc/>
    public void OnPreparing(string message) => Line(message);

    /// <inheritdoc/>
    public void OnStage(string model, string stage) => Line($"{model}: {stage}");

    private void Line(string text)
    {
        output.WriteLine(text);
        output.Flush();
    }
}
