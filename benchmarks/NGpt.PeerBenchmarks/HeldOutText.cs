using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Data.Evaluation;

namespace NGpt.PeerBenchmarks;

/// <summary>What a run held out of its data.</summary>
/// <param name="Tokens">The first tokens of it.</param>
/// <param name="Tokenizer">The run's tokenizer.</param>
/// <param name="Window">Tokens that the model was trained to see at once.</param>
internal sealed record HeldOutText(int[] Tokens, ITokenizer Tokenizer, int Window)
{
    /// <summary>Reads it.</summary>
    /// <exception cref="NGptException">There is no run, or its data is gone; or it is not a GPT baseline, the only architecture here that llama.cpp supports.</exception>
    public static HeldOutText Of(string run, int count)
    {
        EvaluationSubject subject = EvaluationSubject.OfCheckpoint(run);
        if (subject.Config.Architecture != Architecture.Gpt)
        {
            throw new UsageException($"{run} is an nGPT: llama.cpp does not know this architecture", "give a run of the GPT baseline");
        }

        DataConfig source = subject.Run?.Data ?? throw new UsageException($"{run} is a checkpoint without its run: nothing says what text was held out", "give a run folder");
        using EvaluationData data = EvaluationData.Open(new EvaluationRequest
        {
            Source = source.Source,
            Split = DataSplit.Validation,
            Tokenizer = subject.Tokenizer,
            TokenizerPath = subject.TokenizerPath,
            Fingerprint = source.Fingerprint,
            ValidationFraction = source.ValidationFraction,
        });
        int[] tokens = new int[Math.Min(count, data.Tokens.Count)];
        data.Tokens.Read(0, tokens);
        return new HeldOutText(tokens, subject.Tokenizer, subject.Config.ContextLength);
    }
}
