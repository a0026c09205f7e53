using System.Globalization;

namespace NGpt.DataBenchmarks;

/// <summary>What is measured.</summary>
/// <param name="Text">A text file, or null for the documentation of the .NET SDK.</param>
/// <param name="VocabularySize">Tokens that are trained.</param>
/// <param name="Tokenizers">Files of tokenizers, each timed beside Hugging Face's library.</param>
/// <param name="Rounds">How often each subject runs.</param>
/// <param name="Json">Whether the result is one line of JSON.</param>
internal sealed record DataBenchmarkOptions(string? Text, int VocabularySize, IReadOnlyList<string> Tokenizers, int Rounds, bool Json)
{
    /// <summary>Reads the arguments: <c>--text FILE --vocabulary-size N --tokenizer FILE --rounds N --json</c>.</summary>
    public static DataBenchmarkOptions Parse(string[] arguments)
    {
        return new DataBenchmarkOptions(Value("--text"), Number("--vocabulary-size", 8192), [.. arguments.Skip(1).Where((_, index) => arguments[index] == "--tokenizer")], Number("--rounds", 9), arguments.Contains("--json"));

        string? Value(string name) => arguments.SkipWhile(argument => argument != name).Skip(1).FirstOrDefault();

        int Number(string name, int usual) => Value(name) is string given ? int.Parse(given, CultureInfo.InvariantCulture) : usual;
    }
}
