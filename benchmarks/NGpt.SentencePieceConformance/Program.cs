using System.Diagnostics;
using NGpt.SentencePieceConformance;

// Compares our reading of SentencePiece models with SentencePiece itself: spm_train, spm_encode and spm_decode of the
// package "sentencepiece" of Debian and Ubuntu must be installed. Arguments: texts and models in any order, and --lines N;
// --record FOLDER writes the small models and cases of the tests instead.
string[] files = [.. args.Where(File.Exists).Select(Path.GetFullPath)];
int index = Array.IndexOf(args, "--lines");
int lines = index >= 0 && index + 1 < args.Length && int.TryParse(args[index + 1], out int given) ? given : 20_000;
int record = Array.IndexOf(args, "--record");
string[] texts = [.. files.Where(file => !file.EndsWith(".model", StringComparison.Ordinal))];
if (texts.Length == 0)
{
    Console.Error.WriteLine("give UTF-8 texts, and models (*.model) that are compared as well; --lines N for the number of lines of each kind");
    return 2;
}

string folder = Directory.CreateTempSubdirectory("sentencepiece").FullName;
try
{
    var sample = new SampleLines(texts, lines);
    if (record >= 0 && record + 1 < args.Length)
    {
        RecordedCases.Write(args[record + 1], folder, sample);
        return 0;
    }

    string[] models = [.. files.Where(file => file.EndsWith(".model", StringComparison.Ordinal)), .. TrainedModels.Train(folder, sample.TrainingText(folder))];
    int different = 0;
    foreach (string model in models)
    {
        var clock = Stopwatch.StartNew();
        Comparison result = Comparison.Of(model, sample.Lines, folder);
        Console.WriteLine($"{Path.GetFileNameWithoutExtension(model),-40} {result.Lines,8:N0} lines, different ids {result.DifferentIds}, different text {result.DifferentText}, {clock.Elapsed.TotalSeconds:F1} s");
        foreach (string example in result.Examples)
        {
            Console.WriteLine("    " + example);
        }

        different += result.DifferentIds + result.DifferentText;
    }

    return different == 0 ? 0 : 1;
}
finally
{
    Directory.Delete(folder, recursive: true);
}
