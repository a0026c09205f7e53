using NGpt.Core.Numerics.Threads;
using NGpt.Runtime.Kernels.Instructions;

namespace NGpt.Runtime.Kernels;

/// <summary>Rounds all tokens of a product to bytes, in groups of as many tokens as a vector has lanes.</summary>
/// <param name="input">The input.</param>
internal readonly unsafe struct GroupRoundingWork<TToken>(ProductInput input) : IParallelWork
    where TToken : unmanaged, ITokenLanes<TToken>
{
    public void Run(int thread, int threads)
    {
        (int first, int end) = ThreadTeam.Share((input.Tokens + TToken.Count - 1) / TToken.Count, thread, threads);
        for (int token = first * TToken.Count; token < end * TToken.Count; token++)
        {
            (int group, int lane) = (token / TToken.Count, token % TToken.Count);
            long numbers = (long)group * TToken.Count * input.Width;
            ByteRounding.Lane(
                token < input.Tokens ? input.X + ((long)token * input.Width) : null,
                input.Width,
                TToken.Count,
                input.GroupBytes + numbers + (lane * sizeof(int)),
                input.GroupScales + (numbers / Activations.BlockLength) + lane,
                input.GroupSums + (numbers / Activations.SumLength) + lane);
        }
    }
}
