using System.Runtime.InteropServices;
using NGpt.Core.Numerics;
using NGpt.Core.Numerics.Operators;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.CausalSoftmax;
using NGpt.Torch.Operators.Embedding;
using NGpt.Torch.Operators.HypersphereUpdate;
using NGpt.Torch.Operators.QueryKeyPreparation;
using NGpt.Torch.Operators.Reductions;
using NGpt.Torch.Operators.ResidualNorm;
using NGpt.Torch.Operators.ScaledCrossEntropy;
using NGpt.Torch.Operators.ScaledSwiGlu;
using NGpt.Torch.Operators.SphereAdam;
using NGpt.Torch.Operators.Transposition;

namespace NGpt.Benchmarks;

/// <summary>The kernels of one vector width and element type, at the sizes of a layer of 6×384 with 4,096 tokens.</summary>
/// <typeparam name="TLanes">Vector width.</typeparam>
/// <typeparam name="TElement">Type of the activations.</typeparam>
internal sealed unsafe class KernelOperations<TLanes, TElement>(ThreadTeam team, string type)
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
{
    private const int N = 4096;
    private const int C = 384;
    private const int F = 1536;
    private const int T = 256;
    private const int H = 6;
    private const int V = 32_768;
    private const int LossRows = 512;

    private readonly Random _random = new(1);
    private readonly int _size = sizeof(TElement);

    /// <summary>All of them, with the bytes that each must move at least.</summary>
    public Operation[] All()
    {
        float* hidden = Floats(N * C, 0.05f);
        float* output = Floats(N * C, 0.05f);
        float* residual = Floats(N * C, 1e-3f);
        float* vector = Floats(V, 1);
        float* sums = Floats(team.Threads * V, 0);
        TElement* branch = Elements(N * C, 1);
        TElement* elements = Elements(N * C, 1);
        TElement* gradient = Elements(N * C, 1e-3f);
        return
        [
            Memory("HypersphereUpdate", (long)N * C * (8 + (2 * _size)), new HypersphereUpdateForward<TLanes, TElement>
        {
                Hidden = hidden,
                Branch = branch,
                Alpha = vector,
                Output = output,
                OutputElements = elements,
                RowCount = N,
                Width = C,
            }),
            Memory("HypersphereUpdate, gradients", (long)N * C * (12 + (3 * _size)), new HypersphereUpdateBackward<TLanes, TElement>
        {
                Hidden = hidden,
                Branch = branch,
                Alpha = vector,
                ResidualGradient = residual,
                OutputGradient = gradient,
                BranchGradient = elements,
                AlphaGradients = sums,
                RowCount = N,
                Width = C,
                ProjectsResidual = false,
            }),
            Memory("ResidualNorm", (long)N * C * (8 + (2 * _size)), new ResidualNormForward<TLanes, TElement>
        {
                Hidden = hidden,
                Branch = branch,
                Gain = vector,
                Output = output,
                Normalized = elements,
                Epsilon = 1e-6f,
                RowCount = N,
                Width = C,
            }),
            Memory("ResidualNorm, gradients", (long)N * C * (12 + (2 * _size)), new ResidualNormBackward<TLanes, TElement>
        {
                Hidden = hidden,
                Gain = vector,
                ResidualGradient = residual,
                OutputGradient = gradient,
                BranchGradient = elements,
                GainGradients = sums,
                Epsilon = 1e-6f,
                RowCount = N,
                Width = C,
            }),
            .. QueriesAndKeys(vector, sums),
            .. SwiGlu(vector, sums),
            .. Losses(vector, sums),
            .. Softmax(),
            .. Adam(),
            .. Embedding(hidden, branch),
            .. Copies(branch, elements, hidden),
        ];
    }

    private Operation[] QueriesAndKeys(float* scale, float* sums)
    {
        TElement* projected = Elements(N * 3 * C, 1);
        TElement* queries = Elements(N * C, 1);
        TElement* keys = Elements(N * C, 1);
        TElement* values = Elements(N * C, 1);
        float* cosines = Floats(T * C / H, 1);
        float* sines = Floats(T * C / H, 1);
        RotaryTable.Fill(cosines, sines, T, C / H, 10_000);
        return
        [
            Memory("QueryKeyPreparation", (long)N * C * 6 * _size, new QueryKeyForward<TLanes, TElement, Normalized>
            {
                Projected = projected,
                Cosines = cosines,
                Sines = sines,
                Scale = scale,
                AttentionScale = 8,
                Queries = queries,
                Keys = keys,
                Values = values,
                Batch = N / T,
                Length = T,
                HeadCount = H,
                HeadWidth = C / H,
            }),
            Memory("QueryKeyPreparation, gradients", (long)N * C * 8 * _size, new QueryKeyBackward<TLanes, TElement, Normalized>
            {
                Projected = projected,
                Cosines = cosines,
                Sines = sines,
                Scale = scale,
                AttentionScale = 1,
                QueryGradients = queries,
                KeyGradients = keys,
                ValueGradients = values,
                ScaleGradients = sums,
                Batch = N / T,
                Length = T,
                HeadCount = H,
                HeadWidth = C / H,
            }),
        ];
    }

    private Operation[] SwiGlu(float* scale, float* sums)
    {
        TElement* upAndGate = Elements(N * 2 * F, 1);
        TElement* output = Elements(N * F, 1);
        TElement* gradient = Elements(N * F, 1);
        return
        [
            Memory("ScaledSwiGlu", (long)N * F * 3 * _size, new SwiGluForward<TLanes, TElement, Scaled>
            {
                Up = upAndGate,
                Gate = upAndGate + F,
                InputStride = 2 * F,
                UpScale = scale,
                GateScale = scale,
                Output = output,
                RowCount = N,
                Width = F,
            }),
            Memory("ScaledSwiGlu, gradients", (long)N * F * 6 * _size, new SwiGluBackward<TLanes, TElement, Scaled>
            {
                UpAndGate = upAndGate,
                UpScale = scale,
                GateScale = scale,
                OutputGradient = gradient,
                Output = output,
                UpScaleGradients = sums,
                GateScaleGradients = sums,
                RowCount = N,
                Width = F,
            }),
        ];
    }

    private Operation[] Losses(float* scale, float* sums)
    {
        TElement* logits = Elements(LossRows * V, 1);
        TElement* scratch = Elements(team.Threads * V, 1);
        int* targets = (int*)NativeMemory.AllocZeroed(LossRows, sizeof(int));
        return
        [
            Memory("ScaledCrossEntropy with gradients", (long)LossRows * V * 2 * _size, new CrossEntropy<TLanes, TElement, Scaled>
            {
                Logits = logits,
                Scale = scale,
                Targets = targets,
                Losses = Floats(LossRows, 0),
                ScaleGradients = sums,
                Scratch = scratch,
                Weight = 1e-3f,
                RowCount = LossRows,
                VocabularySize = V,
            }),
        ];
    }

    private Operation[] Softmax()
    {
        const int Heads = 64;
        TElement* scores = Elements(Heads * T * T, 1);
        TElement* gradients = Elements(Heads * T * T, 1);
        // Half of the square is visible.
        const long Visible = (long)Heads * T * T / 2;
        return
        [
            Memory("CausalSoftmax", Visible * 2 * _size, new CausalSoftmaxForward<TLanes, TElement>
            {
                Scores = scores,
                Scratch = Floats(team.Threads * T, 0),
                HeadCount = Heads,
                Length = T,
                BlockRows = 128,
            }),
            Memory("CausalSoftmax, gradients", Visible * 3 * _size, new CausalSoftmaxBackward<TLanes, TElement>
            {
                Probabilities = scores,
                Gradients = gradients,
                HeadCount = Heads,
                Length = T,
                BlockRows = 128,
            }),
        ];
    }

    private Operation[] Adam()
    {
        const int Count = 8 << 20;
        float* weight = Floats(Count, 1);
        float* first = Floats(Count, 1e-3f);
        float* second = Floats(Count, 1e-3f);
        TElement* gradient = Elements(Count, 1e-3f);
        TElement* copy = Elements(Count, 1);
        return new[] { (1, "rows"), (0, "columns"), (-1, "without norm") }.Select(axis =>
        {
            ParameterBlock* block = (ParameterBlock*)NativeMemory.AllocZeroed((nuint)sizeof(ParameterBlock));
            *block = new ParameterBlock
            {
                Weight = weight,
                First = first,
                Second = second,
                Gradient = gradient,
                Copy = copy,
                Rows = axis.Item1 == 0 ? 512 : Count / 512,
                Columns = axis.Item1 == 0 ? Count / 512 : 512,
                NormalizedAxis = axis.Item1,
                GradientIsFloat32 = typeof(TElement) == typeof(Float32),
            };
            return Memory($"SphereAdam, {axis.Item2}", (long)Count * (24 + (2 * _size)), new SphereAdamStep<TLanes, TElement>
            {
                Blocks = block,
                BlockCount = 1,
                Constants = new AdamConstants(0.9f, 0.95f, 1, 1e-3f, 1, 1e-8f, 1),
            });
        }).ToArray();
    }

    private Operation[] Embedding(float* hidden, TElement* elements)
    {
        float* embedding = Floats(V * C, 0.05f);
        int* tokens = (int*)NativeMemory.AllocZeroed(N, sizeof(int));
        for (int row = 0; row < N; row++)
        {
            tokens[row] = _random.Next(V);
        }

        return
        [
            Memory("Embedding", (long)N * C * (8 + _size), new EmbeddingLookup<TLanes, TElement>
            {
                Embedding = embedding,
                Tokens = tokens,
                Hidden = hidden,
                HiddenElements = elements,
                RowCount = N,
                Width = C,
            }),
            Memory("Embedding, gradients", (long)N * C * (12 + _size), new EmbeddingGradient<TLanes, TElement>
            {
                Gradient = embedding,
                Tokens = tokens,
                ResidualGradient = hidden,
                OutputGradient = elements,
                RowCount = N,
                Width = C,
            }),
        ];
    }

    private Operation[] Copies(TElement* source, TElement* target, float* sum) =>
    [
        Memory("Reductions, sum", (long)N * C * (8 + _size), new Accumulation<TLanes, TElement> { Sum = sum, Addend = source, RowCount = N, Width = C }),
        Memory("Reductions, clear", (long)N * C * sizeof(float), new Clear { Data = (byte*)sum, Count = (long)N * C * sizeof(float) }),
        Memory("Transposition, heads", (long)N * C * 2 * _size, new HeadTransposition<TElement>
        {
            Heads = source,
            RowMajor = target,
            ToRows = true,
            Batch = N / T,
            Length = T,
            HeadCount = H,
            HeadWidth = C / H,
        }),
        Memory("Transposition, matrices", (long)N * C * 2 * _size, new MatrixTransposition<TElement>
        {
            Source = source,
            Target = target,
            Batch = N / T * H,
            RowCount = T,
            ColumnCount = C / H,
        }),
    ];

    private Operation Memory<TWork>(string name, long bytes, TWork work)
        where TWork : unmanaged, IParallelWork => new($"{name} ({type})", bytes, 0, () => team.Run(work));

    private float* Floats(int count, float range)
    {
        float* memory = (float*)NativeMemory.AlignedAlloc((nuint)count * sizeof(float), 128);
        for (int i = 0; i < count; i++)
        {
            memory[i] = range * ((2 * _random.NextSingle()) - 1);
        }

        return memory;
    }

    private TElement* Elements(int count, float range)
    {
        TElement* memory = (TElement*)NativeMemory.AlignedAlloc((nuint)count * (nuint)_size, 128);
        for (int i = 0; i < count; i++)
        {
            memory[i] = TElement.From(range * ((2 * _random.NextSingle()) - 1));
        }

        return memory;
    }
}
