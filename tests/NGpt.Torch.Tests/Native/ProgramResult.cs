namespace NGpt.Torch.Tests.Native;

/// <summary>What a started program printed.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Errors)
{
    /// <summary>The value of a line "key: value".</summary>
    internal string this[string key] => Output.Split('\n').FirstOrDefault(l => l.StartsWith(key + ": ", StringComparison.Ordinal))?[(key.Length + 2)..].Trim()
        ?? throw new InvalidOperationException($"no line '{key}' in:\n{Output}\n{Errors}");
}
