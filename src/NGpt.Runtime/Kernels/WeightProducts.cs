using NGpt.Core.Numerics.Threads;
using NGpt.Core.Quantization;
using NGpt.Runtime.Kernels.Formats;
using NGpt.Runtime.Weights;

namespace NGpt.Runtime.Kernels;

/// <summary>
/// Products of weight matrices with activations: y[t, r] = rowScale[r] · Σ x[t, c]·W[r, c], for several matrices with
/// the same input in one parallel region. Allocates nothing after construction. One thread at a time.
/// </summary>
internal sealed unsafe class WeightProducts : IDisposable
{
    /// <summary>Maximum number of matrices in one call.</summary>
    public const int MaxOutputs = 8;

    /// <summary>Multiply-adds below which the calling thread computes alone: the others would not be awake before the work is done.</summary>
    public const long MinShared = 1 << 16;

    // No two threads ever share one.
    private const int Page = 4096;

    private readonly ThreadTeam _team;
    private readonly int _maxTokens;
    private readonly int _widestInput;
    private readonly ProductKernels _kernels;
    private readonly long _minShared;
    private readonly long _scratchBytes;
    private readonly NativeBuffer<byte> _scratch;
    private bool _isDisposed;

    /// <summary>
    /// Reserves what the kernels need. <paramref name="team"/>: the threads; must outlive this object.
    /// <paramref name="maxTokens"/>: tokens of the largest product, at least 1. <paramref name="widestInput"/>: columns of the widest
    /// matrix, at least 1. <paramref name="kernels"/>: which instructions to use; null for the best that the processor has.
    /// </summary>
    public WeightProducts(ThreadTeam team, int maxTokens, int widestInput, ProductKernels? kernels = null, long minShared = MinShared)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(widestInput, 1);
        (_team, _maxTokens, _widestInput, _minShared) = (team, maxTokens, widestInput, minShared);
        _kernels = kernels ?? ProductKernels.Best;
        _scratchBytes = (_kernels.ScratchBytes(widestInput) + Page - 1) / Page * Page;
        _scratch = new NativeBuffer<byte>((team.Threads * _scratchBytes) + Page, "unpacked weights");
    }

    /// <summary>
    /// Computes the products with the first tokens of an input. <paramref name="outputs"/>: the matrices and where their
    /// results go, at most <see cref="MaxOutputs"/>.
    /// </summary>
    public void Multiply(Activations x, int tokens, ReadOnlySpan<ProductOutput> outputs)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Check(x, tokens, outputs);
        ProductItem* items = stackalloc ProductItem[MaxOutputs];
        long rows = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            ProductOutput output = outputs[i];
            rows += output.Weights.Rows;
            items[i] = new ProductItem
            {
                Type = output.Weights.Type,
                Weights = output.Weights.Data,
                RowBytes = output.Weights.RowBytes,
                Rows = output.Weights.Rows,
                Columns = output.Weights.Columns,
                TensorScale = output.Weights.TensorScale,
                RowScales = output.Weights.RowScales,
                Y = output.Y,
                YStride = output.YStride,
            };
        }

        ProductInput input = x.Pointers(tokens) with { GroupLength = _kernels.GroupLength(tokens) };
        ThreadTeam? team = rows * x.Width * tokens < _minShared ? null : _team;
        Prepare(x, input, outputs, team);
        byte* scratch = (byte*)(((nuint)_scratch.Start + Page - 1) / Page * Page);
        _kernels.Multiply(team, items, outputs.Length, input, scratch, _scratchBytes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        _scratch.Dispose();
    }

    // Rounds the input to bytes in the orders that the matrices ask for, unless that was done.
    private static void Prepare(Activations x, in ProductInput input, ReadOnlySpan<ProductOutput> outputs, ThreadTeam? team)
    {
        bool columns = false;
        bool halves = false;
        foreach (ProductOutput output in outputs)
        {
            columns |= output.Weights.Type is WeightType.Q8_0 or WeightType.Q4_0;
            halves |= output.Weights.Type == WeightType.NVFP4;
        }

        if (input.Tokens > Activations.MaxRows)
        {
            if ((columns || halves) && (x.PreparedGroups < input.Tokens || x.GroupLength != input.GroupLength))
            {
                ProductKernels.Round(team, input);
                (x.PreparedGroups, x.GroupLength) = (input.Tokens, input.GroupLength);
            }

            return;
        }

        for (; columns && x.PreparedColumns < input.Tokens; x.PreparedColumns++)
        {
            ByteRounding.Columns(input.X + ((long)x.PreparedColumns * x.Width), x.Width, input.Columns.Row<Q4Format>(x.PreparedColumns, x.Width));
        }

        for (; halves && x.PreparedHalves < input.Tokens; x.PreparedHalves++)
        {
            ByteRounding.Halves(input.X + ((long)x.PreparedHalves * x.Width), x.Width, input.Halves.Row<NvFp4Format>(x.PreparedHalves, x.Width));
        }
    }

    private void Check(Activations x, int tokens, ReadOnlySpan<ProductOutput> outputs)
    {
        if (tokens < 1 || tokens > x.MaxTokens || tokens > _maxTokens)
        {
            throw new ArgumentOutOfRangeException(nameof(tokens), tokens, $"not 1..{Math.Min(x.MaxTokens, _maxTokens)}");
        }

        if (x.Width > _widestInput)
        {
            throw new ArgumentException($"an input of width {x.Width}, above {_widestInput}", nameof(x));
        }

        if (outputs.Length > MaxOutputs)
        {
            throw new ArgumentException($"{outputs.Length} matrices, above {MaxOutputs}", nameof(outputs));
        }

        foreach (ProductOutput output in outputs)
        {
            if (output.Weights.Columns != x.Width)
            {
                throw new ArgumentException($"an input of width {x.Width} for a matrix of {output.Weights.Columns} columns", nameof(outputs));
            }
        }
    }
}

/// <summary>
/// One matrix of a product and where its results go: y[t, r] at <paramref name="y"/> + t·<paramref name="yStride"/> + r.
/// <paramref name="yStride"/>: elements from one token's results to the next one's, at least the matrix's rows.
/// </summary>
internal readonly unsafe struct ProductOutput(WeightMatrix weights, float* y, int yStride)
{
    /// <summary>The matrix.</summary>
    public WeightMatrix Weights { get; } = weights;

    /// <summary>First result.</summary>
    public float* Y { get; } = y;

    /// <summary>Elements from one token's results to the next one's.</summary>
    public int YStride { get; } = yStride;
}
