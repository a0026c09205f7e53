using NGpt.Core.Numerics.Products;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.CausalSoftmax;
using NGpt.Torch.Operators.Transposition;

namespace NGpt.Torch.Engine;

/// <summary>
/// Causal attention as batched matrix products over blocks of rows: a block's scores reach to its own end, so that
/// about half of the square is never computed. Heads are taken in groups whose scores stay in the cache. Queries,
/// keys, values and all gradients lie head by head, [B·H, T, D], and are shared by all layers.
/// </summary>
internal sealed unsafe class EngineAttention<TLanes, TElement>
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    private readonly EngineShape _shape;
    private readonly AttentionPlan _plan;
    private readonly ArenaRegion _firstVisible;
    private readonly ArenaRegion _scratch;
    private readonly ArenaRegion _scoreGradients;
    private readonly ArenaRegion _transposedGradients;
    private readonly ArenaRegion[] _probabilities;
    private AttentionGroup[][] _groups = [];
    private EngineContext _context = null!;

    /// <summary>Plans the memory.</summary>
    /// <param name="plan">Receives the regions.</param>
    /// <param name="shape">Sizes.</param>
    /// <param name="attention">Blocks, groups, and whether probabilities are kept.</param>
    /// <param name="firstVisible">Where the first visible position of every token lies, int32 [N].</param>
    /// <param name="threads">Number of threads.</param>
    public EngineAttention(ArenaPlan plan, EngineShape shape, AttentionPlan attention, ArenaRegion firstVisible, int threads)
    {
        (_shape, _plan, _firstVisible) = (shape, attention, firstVisible);
        int size = shape.ElementSize;
        Queries = Heads("queries by head");
        Keys = Heads("keys by head");
        Values = Heads("values by head");
        Attended = Heads("attended values by head, then their gradient");
        QueryGradients = Heads("gradient of the queries");
        KeyGradients = Heads("gradient of the keys");
        ValueGradients = Heads("gradient of the values");
        _scratch = plan.Add(ArenaGroup.Small, "attention row by thread", sizeof(float), threads, shape.T);
        _scoreGradients = plan.Add(ArenaGroup.Shared, "gradient of attention probabilities", size, attention.GroupHeads, shape.T, shape.T);
        _transposedGradients = plan.Add(ArenaGroup.Shared, "transposed gradient of keys or values", size, attention.GroupHeads, shape.D, shape.T);
        _probabilities = attention.KeepsProbabilities
            ? [.. Enumerable.Range(0, shape.L).Select(layer => plan.Add(
                ArenaGroup.Kept, $"layer {layer}: attention probabilities", size, (long)shape.B * shape.H, shape.T, shape.T))]
            : [plan.Add(ArenaGroup.Shared, "attention probabilities", size, attention.GroupHeads, shape.T, shape.T)];

        ArenaRegion Heads(string name) => plan.Add(ArenaGroup.Shared, name, size, shape.B, shape.H, shape.T, shape.D);
    }

    /// <summary>Prepared queries [B·H, T, D].</summary>
    public ArenaRegion Queries { get; }

    /// <summary>Prepared keys [B·H, T, D].</summary>
    public ArenaRegion Keys { get; }

    /// <summary>Values [B·H, T, D].</summary>
    public ArenaRegion Values { get; }

    /// <summary>Attended values [B·H, T, D] in the forward pass, their gradient in the backward pass.</summary>
    public ArenaRegion Attended { get; }

    /// <summary>Gradient of the prepared queries [B·H, T, D].</summary>
    public ArenaRegion QueryGradients { get; }

    /// <summary>Gradient of the prepared keys [B·H, T, D].</summary>
    public ArenaRegion KeyGradients { get; }

    /// <summary>Gradient of the values [B·H, T, D].</summary>
    public ArenaRegion ValueGradients { get; }

    /// <summary>Whether the batch says which positions are visible; else every token sees all before it.</summary>
    public bool KeepsDocumentsApart { get; set; }

    /// <summary>Prepares the products, once the plan has memory.</summary>
    public void PrepareProducts(EngineContext context)
    {
        _context = context;
        _groups = [.. _probabilities.Select(region => AttentionGroup.All(this, _shape, _plan, context.Products, region, _scoreGradients))];
    }

    /// <summary>softmax(q kᵀ) v of all heads, then the heads side by side.</summary>
    /// <param name="layer">Number of the layer.</param>
    /// <param name="rows">Receives the attended values [N, C].</param>
    public void Forward(int layer, ArenaRegion rows)
    {
        foreach (AttentionGroup group in Groups(layer))
        {
            ComputeProbabilities(group);
            Multiply(group.Outputs);
        }

        Transpose(rows, toRows: true);
    }

    /// <summary>Gradients of queries, keys and values.</summary>
    /// <param name="layer">Number of the layer; its prepared queries, keys and values are in place.</param>
    /// <param name="rowGradients">Gradient of the attended values [N, C].</param>
    public void Backward(int layer, ArenaRegion rowGradients)
    {
        Transpose(rowGradients, toRows: false);
        foreach (AttentionGroup group in Groups(layer))
        {
            if (!_plan.KeepsProbabilities)
            {
                ComputeProbabilities(group);
            }

            Multiply(group.ProbabilityGradients);
            _context.Run(Stage.AttentionSoftmax, new CausalSoftmaxBackward<TLanes, TElement>
            {
                Probabilities = (TElement*)group.Probabilities,
                Gradients = (TElement*)_scoreGradients.Address,
                HeadCount = group.HeadCount,
                Length = _shape.T,
                BlockRows = _plan.BlockRows,
                Documents = Documents(group),
            });
            Multiply(group.ValueGradients);
            TransposeGradients(group, ValueGradients);
            Multiply(group.KeyGradients);
            TransposeGradients(group, KeyGradients);
            Multiply(group.QueryGradients);
        }
    }

    private AttentionGroup[] Groups(int layer) => _groups[_plan.KeepsProbabilities ? layer : 0];

    private void ComputeProbabilities(AttentionGroup group)
    {
        Multiply(group.Scores);
        _context.Run(Stage.AttentionSoftmax, new CausalSoftmaxForward<TLanes, TElement>
        {
            Scores = (TElement*)group.Probabilities,
            Scratch = (float*)_scratch.Address,
            HeadCount = group.HeadCount,
            Length = _shape.T,
            BlockRows = _plan.BlockRows,
            Documents = Documents(group),
        });
    }

    private DocumentStarts Documents(AttentionGroup group) => new()
    {
        Positions = KeepsDocumentsApart ? (int*)_firstVisible.Address : null,
        HeadCount = _shape.H,
        FirstHead = group.FirstHead,
    };

    // The products of columns give transposed gradients: Pᵀ·dO itself would read P down its columns, up to three times slower.
    private void TransposeGradients(AttentionGroup group, ArenaRegion gradients) => _context.Run(Stage.AttentionSoftmax, new MatrixTransposition<TElement>
    {
        Source = (TElement*)_transposedGradients.Address,
        Target = (TElement*)gradients.Address + ((long)group.FirstHead * _shape.T * _shape.D),
        Batch = group.HeadCount,
        RowCount = _shape.D,
        ColumnCount = _shape.T,
    });

    private void Multiply(MatrixProduct[] products)
    {
        foreach (MatrixProduct product in products)
        {
            _context.Multiply(Stage.AttentionProducts, product);
        }
    }

    private void Transpose(ArenaRegion rows, bool toRows) => _context.Run(Stage.QueryKeyPreparation, new HeadTransposition<TElement>
    {
        Heads = (TElement*)Attended.Address,
        RowMajor = (TElement*)rows.Address,
        ToRows = toRows,
        Batch = _shape.B,
        Length = _shape.T,
        HeadCount = _shape.H,
        HeadWidth = _shape.D,
    });

    /// <summary>The products of some heads of one layer, block by block.</summary>
    private sealed record AttentionGroup(
        nint Probabilities,
        int FirstHead,
        int HeadCount,
        MatrixProduct[] Scores,
        MatrixProduct[] Outputs,
        MatrixProduct[] ProbabilityGradients,
        MatrixProduct[] ValueGradients,
        MatrixProduct[] KeyGradients,
        MatrixProduct[] QueryGradients)
    {
        public static AttentionGroup[] All(
            EngineAttention<TLanes, TElement> owner, EngineShape shape, AttentionPlan plan, IMatrixProducts products, ArenaRegion probabilities, ArenaRegion scoreGradients)
        {
            int heads = shape.B * shape.H;
            List<AttentionGroup> groups = [];
            for (int first = 0; first < heads; first += plan.GroupHeads)
            {
                groups.Add(One(owner, shape, plan, products, probabilities, scoreGradients, first, Math.Min(plan.GroupHeads, heads - first)));
            }

            return [.. groups];
        }

        private static AttentionGroup One(
            EngineAttention<TLanes, TElement> owner,
            EngineShape shape,
            AttentionPlan plan,
            IMatrixProducts products,
            ArenaRegion probabilities,
            ArenaRegion scoreGradients,
            int firstHead,
            int headCount)
        {
            (int length, int width, int blocks) = (shape.T, shape.D, (shape.T + plan.BlockRows - 1) / plan.BlockRows);
            nint square = probabilities.Address + (nint)(plan.KeepsProbabilities ? (long)firstHead * length * length * shape.ElementSize : 0);
            return new AttentionGroup(
                square,
                firstHead,
                headCount,
                // Row blocks: everything that is visible from rows [Start, End) lies in columns [0, End).
                [.. Blocks(b => products.Prepare(Head(owner.Queries, b.Start, b.End), Head(owner.Keys, 0, b.End).Transposed, Square(square, b.Start, b.End, 0, b.End)))],
                [.. Blocks(b => products.Prepare(Square(square, b.Start, b.End, 0, b.End), Head(owner.Values, 0, b.End), Head(owner.Attended, b.Start, b.End)))],
                [.. Blocks(b => products.Prepare(Head(owner.Attended, b.Start, b.End), Head(owner.Values, 0, b.End).Transposed, Gradient(b.Start, b.End, 0, b.End)))],
                // Column blocks: columns [Start, End) are visible from rows [Start, T).
                [.. Blocks(b => products.Prepare(Head(owner.Attended, b.Start, length).Transposed, Square(square, b.Start, length, b.Start, b.End), Columns(b.Start, b.End)))],
                [.. Blocks(b => products.Prepare(Head(owner.Queries, b.Start, length).Transposed, Gradient(b.Start, length, b.Start, b.End), Columns(b.Start, b.End)))],
                [.. Blocks(b => products.Prepare(Gradient(b.Start, b.End, 0, b.End), Head(owner.Keys, 0, b.End), Head(owner.QueryGradients, b.Start, b.End)))]);

            IEnumerable<MatrixProduct> Blocks(Func<(int Start, int End), MatrixProduct> prepare) =>
                Enumerable.Range(0, blocks).Select(block => prepare((block * plan.BlockRows, Math.Min(length, (block + 1) * plan.BlockRows))));

            MatrixView Head(ArenaRegion region, int start, int end) => new(
                region.Address + (nint)((((long)firstHead * length) + start) * width * shape.ElementSize),
                end - start, width, width, 1, headCount, (long)length * width);

            MatrixView Columns(int start, int end) => new(
                owner._transposedGradients.Address + (nint)((long)start * shape.ElementSize), width, end - start, length, 1, headCount, (long)width * length);

            MatrixView Gradient(int rowStart, int rowEnd, int columnStart, int columnEnd) => Square(scoreGradients.Address, rowStart, rowEnd, columnStart, columnEnd);

            MatrixView Square(nint data, int rowStart, int rowEnd, int columnStart, int columnEnd) => new(
                data + (nint)((((long)rowStart * length) + columnStart) * shape.ElementSize),
                rowEnd - rowStart, columnEnd - columnStart, length, 1, headCount, (long)length * length);
        }
    }
}

/// <summary>How attention is cut into pieces.</summary>
/// <param name="BlockRows">Rows of a block of the causal triangle.</param>
/// <param name="GroupHeads">Heads whose scores are worked on together.</param>
/// <param name="KeepsProbabilities">Whether the backward pass finds the probabilities; else it computes them again.</param>
internal sealed record AttentionPlan(int BlockRows, int GroupHeads, bool KeepsProbabilities)
{
    // Scores and their gradients of one group stay within a large last-level cache.
    private const long GroupBytes = 8L << 20;

    // Above this, computing the probabilities again costs less than the memory.
    private const long MaxKeptBytes = 2L << 30;

    /// <summary>Chooses for a size.</summary>
    public static AttentionPlan For(EngineShape shape, int threads, bool recomputes)
    {
        long heads = (long)shape.B * shape.H;
        long squareBytes = (long)shape.T * shape.T * shape.ElementSize;
        long group = Math.Clamp(Math.Max(threads, GroupBytes / squareBytes), 1, heads);
        bool keeps = !recomputes && squareBytes * heads * shape.L <= MaxKeptBytes;
        return new AttentionPlan(Math.Min(shape.T, shape.T <= 512 ? 128 : 256), (int)group, keeps);
    }
}
