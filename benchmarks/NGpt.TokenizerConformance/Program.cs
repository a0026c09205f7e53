using System.Globalization;
using NGpt.Core.Tokenizers;
using NGpt.TokenizerConformance;

// Compares the tokenizers of files with the libraries that they come from, on seeded strings: ids, and the text that ids decode
// to. Arguments: tokenizer files (tokenizer.json, *.tiktoken of OpenAI), --strings N (10000), --seed N (1), --details FILE,
// or --record FOLDER, which writes the fixtures of the tests anew. Exit code 1 where anything differs.
string? recorded = Value("--record");
if (recorded is not null)
{
    Fixtures.Record(recorded);
    return 0;
}

int count = int.Parse(Value("--strings") ?? "10000", CultureInfo.InvariantCulture);
int seed = int.Parse(Value("--seed") ?? "1", CultureInfo.InvariantCulture);
using StreamWriter? details = Value("--details") is string file ? new StreamWriter(file) : null;
string[] options = ["--strings", "--seed", "--details", "--record"];
string[] paths = [.. args.Where((argument, index) => !options.Contains(argument) && (index == 0 || !options.Contains(args[index - 1])))];
if (paths.Length == 0)
{
    Console.Error.WriteLine("usage: NGpt.TokenizerConformance FILE… [--strings N] [--seed N] [--details FILE] [--record FOLDER]; benchmarks/NGpt.TokenizerConformance/fetch gets files");
    return 2;
}

Console.WriteLine($"{"tokenizer",-44} {"V",8} {"strings",8} {"tokens",9} {"ids differ",10} {"texts differ",12}  reference");
bool isSame = true;
foreach (string path in paths)
{
    ITokenizer tokenizer = TokenizerFile.Load(path, Console.Error.WriteLine);
    string[] added = tokenizer is BytePairTokenizer pairs ? [.. pairs.AddedTokens.Select(token => token.Content)] : [];
    using IReference reference = path.EndsWith(".tiktoken", StringComparison.Ordinal)
        ? new TiktokenReference(path)
        : new HuggingFaceReference(path);
    Comparison comparison = Comparison.Of(path, tokenizer, reference, new SampleStrings(seed, added), count, details);
    string name = path.Length > 44 ? "…" + path[^43..] : path;
    Console.WriteLine($"{name,-44} {tokenizer.VocabularySize,8} {comparison.Strings,8} {comparison.Tokens,9} {comparison.DifferingIds,10} {comparison.DifferingTexts,12}  {comparison.Reference}");
    if (comparison.First is not null)
    {
        Console.WriteLine($"    {comparison.First}");
        isSame = false;
    }
}

return isSame ? 0 : 1;

string? Value(string name) => args.SkipWhile(argument => argument != name).Skip(1).FirstOrDefault();
