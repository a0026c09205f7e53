using NGpt.DataBenchmarks;

namespace NGpt.PeerBenchmarks;

/// <summary>Tokens a second of both.</summary>
/// <param name="Ours">NGpt.Runtime.</param>
/// <param name="Peer">llama.cpp.</param>
/// <param name="Ratio">Ours over the other's, round by round: above 1 where ours is faster.</param>
internal sealed record SpeedPair(Quartiles Ours, Quartiles Peer, Quartiles Ratio)
{
    /// <summary>Takes the middle of all rounds.</summary>
    /// <param name="ours">Tokens a second in each round.</param>
    /// <param name="peer">The other's.</param>
    public static SpeedPair Of(double[] ours, double[] peer) =>
        new(Quartiles.Of(ours), Quartiles.Of(peer), Quartiles.Of(ours.Zip(peer, (our, other) => our / other)));
}
