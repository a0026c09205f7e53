using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NGpt.Core.Numerics;
using NGpt.Core.Tokenizers;
using NGpt.Data.Corpora;
using NGpt.DataBenchmarks;

// Trains a tokenizer, then times encoders with its vocabulary, the readers of all formats and a whole preparation on the same
// text, in turns, so that what disturbs the machine disturbs all of them; also tokenizers of other people's files, beside
// Hugging Face's library. Arguments: --text FILE (default: the documentation of the .NET SDK), --vocabulary-size N (8192),
// --tokenizer FILE (any number), --rounds N (9), --json.
DataBenchmarkOptions options = DataBenchmarkOptions.Parse(args);
using FileCorpus? file = options.Text is string path ? new FileCorpus([path]) : null;
ICorpus corpus = file ?? (ICorpus)new SdkDocumentationCorpus();
byte[] text = [.. corpus.Read(default, CancellationToken.None).Where(entry => entry.Document is not null).SelectMany(entry => entry.Document!.Utf8.ToArray().Append((byte)'\n'))];

double[] trainingSeconds = new double[Math.Min(options.Rounds, 3)];
BytePairTokenizer tokenizer = null!;
for (int round = 0; round < trainingSeconds.Length; round++)
{
    long start = Stopwatch.GetTimestamp();
    using BytePairTrainer trainer = new(SplitPattern.Gpt2);
    trainer.Add(text);
    tokenizer = trainer.Train(options.VocabularySize);
    trainingSeconds[round] = Stopwatch.GetElapsedTime(start).TotalSeconds;
}

TokenizerSubjects encoders = new(text, tokenizer);
using CorpusSubjects readers = new(encoders.Documents, tokenizer);
Subject[] subjects = [.. encoders.All(), .. readers.All(), .. options.Tokenizers.SelectMany(path => PeerSubjects.Of(path, encoders.Documents))];
double[][] rates = [.. subjects.Select(_ => new double[options.Rounds])];
for (int round = 0; round < options.Rounds; round++)
{
    for (int i = 0; i < subjects.Length; i++)
    {
        long start = Stopwatch.GetTimestamp();
        subjects[i].Run();
        rates[i][round] = subjects[i].Bytes / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e6;
    }
}

Spread training = Spread.Of(trainingSeconds)!;
if (options.Json)
{
    Console.WriteLine(JsonSerializer.Serialize(new
    {
        Text = corpus.Description,
        Bytes = text.Length,
        tokenizer.VocabularySize,
        TrainingSeconds = training,
        MegabytesPerSecond = subjects.Select((subject, i) => new { subject.Name, Rate = Spread.Of(rates[i]), OfCopy = OfFirst(i) }),
    }));
    return;
}

Console.WriteLine($"{corpus.Description}: {text.Length / 1e6:0.0} MB; {options.Rounds} rounds; {Environment.ProcessorCount} cores");
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"training to {tokenizer.VocabularySize:N0} tokens: {training.Median:0.00} s ({training.LowerQuartile:0.00} to {training.UpperQuartile:0.00})"));
Console.WriteLine($"{"one thread",-40} {"MB/s",9} {"quartiles",19}   of the copy");
for (int i = 0; i < subjects.Length; i++)
{
    Spread rate = Spread.Of(rates[i])!;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{subjects[i].Name,-40} {rate.Median,9:0.0} {rate.LowerQuartile,9:0.0} {rate.UpperQuartile,9:0.0}   {OfFirst(i):0.0000}"));
}

// Round by round, then the median.
double OfFirst(int subject) => Spread.Of(rates[subject].Zip(rates[0], (rate, first) => rate / first))!.Median;
