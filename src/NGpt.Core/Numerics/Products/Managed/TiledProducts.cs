using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Core.Numerics.Products.Managed;

/// <summary>Float32 products with one kind of tile.</summary>
/// <typeparam name="TLanes">The vectors.</typeparam>
/// <typeparam name="TTile">The innermost loop.</typeparam>
/// <param name="team">The threads that compute; must outlive the products.</param>
internal sealed class TiledProducts<TLanes, TTile>(ThreadTeam team) : IMatrixProducts
    where TLanes : unmanaged, ILanes<TLanes>
    where TTile : unmanaged, ITile<TLanes>
{
    // Below so many operations the others would not be awake before the work is done.
    private const long MinShared = 400_000;

    private readonly PackingBuffers _buffers = new(team.Threads, TiledBlock<TLanes, TTile>.BufferLength);

    /// <inheritdoc/>
    public string Description => $"managed, {TLanes.Name}";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The shapes do not fit, or the output's columns are not next to each other.</exception>
    public MatrixProduct Prepare(MatrixView a, MatrixView b, MatrixView output) => new Product(this, team, a, b, output);

    /// <inheritdoc/>
    public void Dispose() => _buffers.Dispose();

    private sealed unsafe class Product : MatrixProduct
    {
        private readonly ThreadTeam _team;
        private readonly PackingBuffers _buffers;
        private readonly (MatrixView A, MatrixView B, MatrixView Output) _matrices;

        public Product(TiledProducts<TLanes, TTile> owner, ThreadTeam team, MatrixView a, MatrixView b, MatrixView output)
            : base(a, b, output)
        {
            if (output.ColumnStride != 1)
            {
                throw new ArgumentException($"the output's columns are {output.ColumnStride} elements apart instead of 1", nameof(output));
            }

            (_team, _buffers, _matrices) = (team, owner._buffers, (a, b, output));
        }

        public override void Run()
        {
            TiledProductWork<TLanes, TTile> work = new(_matrices.A, _matrices.B, _matrices.Output, _buffers[0], _buffers.Length);
            if (Operations < MinShared)
            {
                work.Run(0, 1);
            }
            else
            {
                _team.Run(work);
            }
        }
    }
}
