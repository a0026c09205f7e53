using System.Diagnostics;
using NGpt.Core.Numerics;
using NGpt.Core.Quantization;

namespace NGpt.PeerBenchmarks;

/// <summary>Tokens a second of two runtimes, measured interleaved.</summary>
/// <param name="Type">How the weights are stored.</param>
/// <param name="WeightBytes">Bytes of the model's file.</param>
/// <param name="Prompt">A prompt, all its tokens at once.</param>
/// <param name="Decoding">Tokens one by one.</param>
internal sealed record SpeedComparison(WeightType Type, long WeightBytes, SpeedPair Prompt, SpeedPair Decoding)
{
    /// <summary>Measures. <paramref name="decoded"/>: tokens that are given one by one to an empty sequence.</summary>
    public static SpeedComparison Measure(WeightType type, long weightBytes, ISubject ours, ISubject peer, int[] prompt, int[] decoded, int rounds)
    {
        double[][] prompts = [new double[rounds], new double[rounds]];
        double[][] decodings = [new double[rounds], new double[rounds]];
        ISubject[] subjects = [ours, peer];
        for (int round = -1; round < rounds; round++)
        {
            for (int position = 0; position < subjects.Length; position++)
            {
                // Another one begins in every round.
                int index = (position + round + 2) % subjects.Length;
                ISubject subject = subjects[index];
                subject.Begin();
                double promptRate = prompt.Length / Seconds(subject, static (subject, tokens) => subject.Run(tokens), prompt);
                double decodingRate = decoded.Length / Seconds(subject, OneByOne, decoded);
                subject.End();
                if (round >= 0)
                {
                    prompts[index][round] = promptRate;
                    decodings[index][round] = decodingRate;
                }
            }
        }

        return new SpeedComparison(type, weightBytes, SpeedPair.Of(prompts[0], prompts[1]), SpeedPair.Of(decodings[0], decodings[1]));
    }

    private static void OneByOne(ISubject subject, int[] tokens)
    {
        for (int i = 0; i < tokens.Length; i++)
        {
            subject.Run(tokens.AsMemory(i, 1));
            // What a program does that chooses the next token.
            _ = subject.Logits();
        }
    }

    private static double Seconds(ISubject subject, Action<ISubject, int[]> run, int[] tokens)
    {
        subject.Clear();
        long start = Stopwatch.GetTimestamp();
        run(subject, tokens);
        _ = subject.Logits();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}

/// <summary>Tokens a second of both.</summary>
/// <param name="Ours">NGpt.Runtime.</param>
/// <param name="Peer">llama.cpp.</param>
/// <param name="Ratio">Ours over the other's, round by round: above 1 where ours is faster.</param>
internal sealed record SpeedPair(Spread Ours, Spread Peer, Spread Ratio)
{
    /// <summary>Takes the middle of all rounds.</summary>
    public static SpeedPair Of(double[] ours, double[] peer) =>
        new(Spread.Of(ours)!, Spread.Of(peer)!, Spread.Of(ours.Zip(peer, (our, other) => our / other))!);
}
