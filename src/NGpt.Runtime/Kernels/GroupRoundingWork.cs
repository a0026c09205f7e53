using NGpt.Core.Numerics.Threads;

namespace NGpt.Runtime.Kernels;

/// <summary>Rounds all tokens of a product to bytes, in groups.</summary>
/// <param name="input">The input.</param>
internal readonly unsafe struct GroupRoundingWork(ProductInput input) : IParallelWork
{
    public void Run(int thread, int threads)
    {
        int length = input.GroupLength;
        (int first, int end) = ThreadTeam.Share((input.Tokens + length - 1) / length, thread, threads);
        for (int token = first * length; token < end * length; token++)
        {
            (int group, int lane) = (token / length, token % length);
            long numbers = (long)group * length * input.Width;
            ByteRounding.Lane(
                token < input.Tokens ? input.X + ((long)token * input.Width) : null,
                input.Width,
                length,
                input.GroupBytes + numbers + (lane * sizeof(int)),
                input.GroupScales + (numbers / Activations.BlockLength) + lane,
                input.GroupSums + (numbers / Activations.SumLength) + lane);
        }
    }
}
