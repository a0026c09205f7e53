using NGpt.Core.Files;
using NGpt.Core.Generation;
using NGpt.Core.Sampling;
using NGpt.Core.Tokenizers;
using NGpt.Torch.Generation;
using NGpt.Torch.Models;

namespace NGpt.Torch.Training;

/// <summary>Generates texts with the model that is being trained, always from the same random numbers.</summary>
/// <param name="model">The model.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="seed">Seed of the run.</param>
/// <param name="tokens">Length of a text in tokens; 0 for no texts.</param>
internal sealed class SampleWriter(LanguageModel model, ITokenizer tokenizer, long seed, int tokens)
{
    public bool IsEnabled => tokens > 0;

    /// <summary>Generates a text and writes it to a file.</summary>
    /// <returns>The text; null, and no file is there, where a stop cut it off.</returns>
    public string? Write(string path, CancellationToken stop)
    {
        using TextGenerator generator = new(model, tokenizer);
        SamplingOptions options = new() { MaxTokens = tokens, IgnoreEndOfText = true, Seed = Math.Abs(seed % int.MaxValue) };
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        GenerationResult result = generator.Generate(string.Empty, options, stop: stop);
        if (result.Reason == StopReason.Cancelled)
        {
            // One of an earlier length of the run must not pass for it either.
            File.Delete(path);
            return null;
        }

        DurableFile.WriteText(path, result.Text);
        return result.Text;
    }
}
