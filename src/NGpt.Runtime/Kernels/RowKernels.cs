using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;
using NGpt.Runtime.Inference;

namespace NGpt.Runtime.Kernels;

/// <summary>Everything between matrix products, for vectors of one width that is chosen once.</summary>
internal abstract unsafe class RowKernels
{
    // Below so many numbers the other threads would not be awake before the work is done.
    private const long MinShared = 1 << 15;

    private readonly ThreadTeam _team;

    private protected RowKernels(ThreadTeam team) => _team = team;

    /// <summary>The kernels with this processor's widest vectors.</summary>
    /// <param name="team">The threads that compute; must outlive the kernels.</param>
    public static RowKernels Create(ThreadTeam team) =>
        Lanes512.IsFast ? new RowKernels<Lanes512>(team)
        : Lanes256.IsFast ? new RowKernels<Lanes256>(team)
        : new RowKernels<Lanes128>(team);

    /// <summary>See <see cref="CausalAttentionRows{TLanes, TElement}.ScratchLength"/>.</summary>
    public abstract int AttentionScratch(int paddedWidth);

    /// <summary>See <see cref="QueryKeyRows{TLanes, TElement}"/>.</summary>
    public abstract void PrepareHeads(BatchRows rows, HeadRows heads, float* queryScale, bool unitLength, RotaryTable rotary, CacheLayer cache);

    /// <summary>See <see cref="CausalAttentionRows{TLanes, TElement}"/>.</summary>
    public abstract void Attend(BatchRows rows, float* queries, CacheLayer cache, float* output, float* scratch);

    /// <summary>See <see cref="HypersphereRows{TLanes}"/>.</summary>
    public abstract void MoveOnSphere(float* hidden, float* branch, float* alpha, int rows, int width);

    /// <summary>See <see cref="SwiGluRows{TLanes}"/>.</summary>
    public abstract void Gate(float* up, float* gate, float* output, int rows, int width);

    /// <summary>See <see cref="RmsNormRows{TLanes}"/>.</summary>
    public abstract void RmsNorm(float* input, int* rowNumbers, float* gain, float epsilon, float* output, int rows, int width);

    /// <summary>See <see cref="ResidualRows{TLanes}"/>.</summary>
    public abstract void Add(float* hidden, float* branch, int rows, int width);

    /// <summary>Runs work on all threads where there is enough of it.</summary>
    /// <param name="work">The work.</param>
    /// <param name="size">About how many numbers it touches.</param>
    private protected void Run<TWork>(TWork work, long size)
        where TWork : unmanaged, IParallelWork
    {
        if (size < MinShared)
        {
            work.Run(0, 1);
        }
        else
        {
            _team.Run(work);
        }
    }
}
