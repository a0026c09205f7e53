using System.Runtime.CompilerServices;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Torch.Operators.ScaledCrossEntropy;

/// <summary>
/// Cross-entropy of some rows of logits and its gradient, which overwrites them: z = logit∘s_z for nGPT,
/// loss = ln Σ e^z − z_target, d logit = (softmax(z) − 1 at the target)·weight∘s_z (docs/method.md, section 2). A row
/// goes through the cache three times; the exponentials are kept for the third in a row of scratch memory.
/// </summary>
internal readonly unsafe struct CrossEntropy<TLanes, TElement, TScaling> : IParallelWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : unmanaged, IElement<TElement>
    where TScaling : struct, IScaling
{
    /// <summary>In: h E_outᵀ. Out: gradients, unless there are none to compute [R, V].</summary>
    public required TElement* Logits { get; init; }

    /// <summary>Effective s_z [V]; null for the baseline.</summary>
    public required float* Scale { get; init; }

    /// <summary>Correct tokens [R]; below 0 where a token has no loss: its loss and its gradient are 0.</summary>
    public required int* Targets { get; init; }

    /// <summary>Receives the losses in nats [R].</summary>
    public required float* Losses { get; init; }

    /// <summary>Sums of the gradient of s_z, added to: [threads, V]; null for the baseline.</summary>
    public required float* ScaleGradients { get; init; }

    /// <summary>One row of exponentials for each thread [threads, V].</summary>
    public required TElement* Scratch { get; init; }

    /// <summary>Weight of a token in the gradient: 1 over all tokens of the step. 0 computes losses alone.</summary>
    public required float Weight { get; init; }

    /// <summary>R.</summary>
    public required int RowCount { get; init; }

    /// <summary>V.</summary>
    public required int VocabularySize { get; init; }

    [MethodImpl(KernelCode.Loop)]
    public void Run(int thread, int threads)
    {
        int vectorized = Rows.VectorizedLength<TLanes>(VocabularySize);
        TElement* exponentials = Scratch + ((long)thread * VocabularySize);
        float* scaleGradient = ScaleGradients + ((long)thread * VocabularySize);
        (int first, int end) = ThreadTeam.Share(RowCount, thread, threads);
        for (long row = first; row < end; row++)
        {
            TElement* logits = Logits + (row * VocabularySize);
            int target = Targets[row];
            if (target < 0)
            {
                Losses[row] = 0;
                if (Weight != 0)
                {
                    new Span<TElement>(logits, VocabularySize).Clear();
                }

                continue;
            }

            float max = MathF.Max(Largest<TLanes>(logits, 0, vectorized), Largest<ScalarLane>(logits, vectorized, VocabularySize));
            float sum = Exponentials<TLanes>(logits, max, exponentials, 0, vectorized)
                + Exponentials<ScalarLane>(logits, max, exponentials, vectorized, VocabularySize);
            float logit = TElement.Value(logits[target]);
            float z = TScaling.IsScaled ? logit * Scale[target] : logit;
            Losses[row] = MathF.Log(sum) + max - z;
            if (Weight != 0)
            {
                float factor = Weight / sum;
                Gradients<TLanes>(logits, exponentials, factor, scaleGradient, 0, vectorized);
                Gradients<ScalarLane>(logits, exponentials, factor, scaleGradient, vectorized, VocabularySize);
                CorrectTarget(logits, exponentials, target, logit, MathF.Exp(z - max) / sum, factor, scaleGradient);
            }
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private float Largest<T>(TElement* logits, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        float* scale = Scale;
        T max = T.Of(float.NegativeInfinity);
        for (int i = from; i < end; i += T.Count)
        {
            max = T.Max(max, TScaling.Scale(TElement.Load<T>(logits + i), scale + i));
        }

        return T.Largest(max);
    }

    [MethodImpl(KernelCode.Loop)]
    private float Exponentials<T>(TElement* logits, float max, TElement* exponentials, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        float* scale = Scale;
        T largest = T.Of(max);
        T sum = T.Zero;
        for (int i = from; i < end; i += T.Count)
        {
            T exponential = Exponential.Of(TScaling.Scale(TElement.Load<T>(logits + i), scale + i) - largest);
            sum += exponential;
            TElement.Store(exponential, exponentials + i);
        }

        return T.Sum(sum);
    }

    [MethodImpl(KernelCode.Loop)]
    private void Gradients<T>(TElement* logits, TElement* exponentials, float factor, float* scaleGradient, int from, int end)
        where T : unmanaged, ILanes<T>
    {
        float* scale = Scale;
        T factors = T.Of(factor);
        for (int i = from; i < end; i += T.Count)
        {
            T gradient = TElement.Load<T>(exponentials + i) * factors;
            TScaling.AddProduct(gradient, TElement.Load<T>(logits + i), scaleGradient + i);
            TElement.Store(TScaling.Scale(gradient, scale + i), logits + i);
        }
    }

    // At the target 1 is subtracted from the probability: from the exact one, since a rounded probability near 1
    // would leave only its rounding error.
    private void CorrectTarget(TElement* logits, TElement* exponentials, int target, float logit, float probability, float factor, float* scaleGradient)
    {
        float gradient = (probability - 1) * Weight;
        if (TScaling.IsScaled)
        {
            scaleGradient[target] += (gradient - (TElement.Value(exponentials[target]) * factor)) * logit;
            gradient *= Scale[target];
        }

        logits[target] = TElement.From(gradient);
    }
}
