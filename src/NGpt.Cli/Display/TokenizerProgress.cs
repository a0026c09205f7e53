using System.Diagnostics;
using NGpt.Core.Tokenizers;

namespace NGpt.Cli.Display;

/// <summary>Shows how far the training of a tokenizer is: a line now and then.</summary>
internal sealed class TokenizerProgress(TextWriter output) : IProgress<BytePairTrainingProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private long _last = Stopwatch.GetTimestamp();

    /// <summary>Says how much text was read.</summary>
    public void Read(long bytes) => NowAndThen($"read {NumberFormat.Bytes(bytes)}");

    /// <inheritdoc/>
    public void Report(BytePairTrainingProgress value) => NowAndThen($"{NumberFormat.Count(value.Tokens)} of {NumberFormat.Count(value.VocabularySize)} tokens");

    /// <summary>Shows a warning.</summary>
    public void Warn(string message) => output.WriteLine($"warning: {message}");

    private void NowAndThen(string line)
    {
        if (Stopwatch.GetElapsedTime(_last) >= Pause)
        {
            output.WriteLine(line);
            _last = Stopwatch.GetTimestamp();
        }
    }
}
