namespace NGpt.Fuzz;

/// <summary>One file of an input.</summary>
/// <param name="Name">Its name, which decides for tokenizers how it is read.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record FuzzFile(string Name, byte[] Content);
