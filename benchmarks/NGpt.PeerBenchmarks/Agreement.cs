using System.Text;
using NGpt.Core.Numerics;
using NGpt.Core.Quantization;
using NGpt.Core.Tokenizers;
using NGpt.PeerBenchmarks.Native;

namespace NGpt.PeerBenchmarks;

/// <summary>Whether two runtimes say the same about a text.</summary>
/// <param name="Type">How the weights are stored.</param>
/// <param name="OurLoss">Mean loss of the text in nats per token.</param>
/// <param name="PeerLoss">The other's.</param>
/// <param name="Prompts">Prompts that were continued.</param>
/// <param name="Equal">Of all continuations, tokens before the first that differs.</param>
/// <param name="Continued">Of all continuations, tokens.</param>
/// <param name="WidestGap">
/// Where continuations part: how far our own two best logits are from each other there, the most over the prompts; 0 where none
/// parts. A wide gap would be a mistake, a narrow one is rounding.
/// </param>
internal sealed record Agreement(WeightType Type, double OurLoss, double PeerLoss, int Prompts, int Equal, int Continued, double WidestGap)
{
    private const int PromptLength = 32;
    private const int ContinuationLength = 48;
    private const int PromptCount = 8;

    /// <summary>Compares.</summary>
    public static Agreement Of(WeightType type, ISubject ours, ISubject peer, int[] text, int window)
    {
        (int equal, int continued, double widest) = (0, 0, 0);
        int stride = Math.Max(1, (text.Length - PromptLength) / PromptCount);
        int prompts = 0;
        int length = Math.Min(PromptLength, window / 2);
        int continuation = Math.Min(ContinuationLength, window - length);
        for (int start = 0; prompts < PromptCount && start + length <= text.Length; start += stride, prompts++)
        {
            int[] prompt = text[start..(start + length)];
            (int[] our, double[] gaps) = Continue(ours, prompt, continuation);
            (int[] other, _) = Continue(peer, prompt, continuation);
            int same = our.AsSpan().CommonPrefixLength(other);
            equal += same;
            continued += continuation;
            widest = same < continuation ? Math.Max(widest, gaps[same]) : widest;
        }

        return new Agreement(type, Loss(ours, text, window), Loss(peer, text, window), prompts, equal, continued, widest);
    }

    private static (int[] Tokens, double[] Gaps) Continue(ISubject subject, int[] prompt, int count)
    {
        int[] tokens = new int[count];
        double[] gaps = new double[count];
        subject.Begin();
        subject.Clear();
        subject.Run(prompt);
        for (int i = 0; i < count; i++)
        {
            (tokens[i], gaps[i]) = Best(subject.Logits());
            subject.Run(tokens.AsMemory(i, 1));
        }

        subject.End();
        return (tokens, gaps);
    }

    private static (int Token, double Gap) Best(ReadOnlySpan<float> logits)
    {
        (int best, float first, float second) = (0, float.NegativeInfinity, float.NegativeInfinity);
        for (int i = 0; i < logits.Length; i++)
        {
            if (logits[i] > first)
            {
                (best, first, second) = (i, logits[i], first);
            }
            else if (logits[i] > second)
            {
                second = logits[i];
            }
        }

        return (best, first - second);
    }

    private static double Loss(ISubject subject, int[] text, int window)
    {
        double sum = 0;
        subject.Begin();
        for (int start = 0; start < text.Length - 1; start += window)
        {
            int count = Math.Min(window, text.Length - 1 - start);
            subject.Clear();
            subject.Run(text.AsMemory(start, count), allLogits: true);
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<float> logits = subject.Logits(i);
                sum += LogSumExp.Of(logits) - logits[text[start + i + 1]];
            }
        }

        subject.End();
        return sum / (text.Length - 1);
    }
}

/// <summary>Whether llama.cpp makes the same tokens of a text with the tokenizer in the file.</summary>
/// <param name="Ours">How many tokens we make of it.</param>
/// <param name="Equal">Tokens before the first that differs; of all, where the counts are the same too.</param>
/// <param name="Peer">How many llama.cpp makes.</param>
internal sealed record TokenizerAgreement(int Ours, int Equal, int Peer)
{
    /// <summary>
    /// Compares, on the held-out text itself. Returns null where the file has no tokenizer that llama.cpp reads.
    /// </summary>
    public static TokenizerAgreement? Of(LlamaLibrary library, string file, HeldOutText text)
    {
        using LlamaModel model = new(library, file);
        if (!model.HasTokenizer)
        {
            return null;
        }

        // Without broken characters at the ends, and without separators of documents, which are no text.
        string decoded = text.Tokenizer.Decode(text.Tokens).Trim('\uFFFD');
        int[] ours = text.Tokenizer.Encode(decoded);
        int[] peer = model.Tokenize(Encoding.UTF8.GetBytes(decoded));
        return new TokenizerAgreement(ours.Length, ours.AsSpan().CommonPrefixLength(peer), peer.Length);
    }
}
