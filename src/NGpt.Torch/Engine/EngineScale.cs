namespace NGpt.Torch.Engine;

/// <summary>
/// A learned vector: nGPT's scales, stored as ŝ and used as ŝ·factor (or its absolute value), and the baseline's
/// gains. Where a scale is one number, kernels still see a vector: it is spread over all columns, and its gradient is
/// the sum of theirs. Kernels add their threads' sums of its gradient; <see cref="CollectGradient"/> brings them together.
/// </summary>
internal sealed unsafe class EngineScale
{
    private readonly int _length;
    private readonly int _storedLength;
    private readonly int _threads;
    private readonly float _factor;
    private readonly bool _isAbsolute;
    private readonly ArenaRegion _effective;
    private readonly ArenaRegion _sums;
    private readonly ArenaRegion _gradient;
    private float* _stored;

    /// <summary>Plans the memory.</summary>
    public EngineScale(ArenaPlan plan, string name, int length, int storedLength, double factor, bool isAbsolute, int threads)
    {
        (Name, _length, _storedLength, _threads, _factor, _isAbsolute) = (name, length, storedLength, threads, (float)factor, isAbsolute);
        _effective = plan.Add(ArenaGroup.Small, $"{name}, effective", sizeof(float), length);
        _sums = plan.Add(ArenaGroup.Small, $"{name}, gradient by thread", sizeof(float), threads, length);
        _gradient = plan.Add(ArenaGroup.Small, $"{name}, gradient", sizeof(float), storedLength);
    }

    /// <summary>Name of the parameter.</summary>
    public string Name { get; }

    /// <summary>The values that kernels multiply with.</summary>
    public float* Effective => (float*)_effective.Address;

    /// <summary>Where kernels add the gradient of the effective values [threads, length].</summary>
    public float* Sums => (float*)_sums.Address;

    /// <summary>Gradient of the stored values.</summary>
    public float* Gradient => (float*)_gradient.Address;

    /// <summary>Names the stored values.</summary>
    public void Attach(float* stored) => _stored = stored;

    /// <summary>Computes the effective values from the stored ones.</summary>
    public void Refresh()
    {
        for (int i = 0; i < _length; i++)
        {
            float value = _stored[Stored(i)] * _factor;
            Effective[i] = _isAbsolute ? MathF.Abs(value) : value;
        }
    }

    /// <summary>Sets the gradient to zero.</summary>
    public void ClearGradient()
    {
        new Span<float>(Gradient, _storedLength).Clear();
        new Span<float>(Sums, _threads * _length).Clear();
    }

    /// <summary>Adds the threads' sums to the gradient, in the order of the threads, and clears them.</summary>
    public void CollectGradient()
    {
        // For one number in float64: the sum over all columns, as many as the vocabulary has, cancels.
        double shared = 0;
        for (int i = 0; i < _length; i++)
        {
            float sum = 0;
            for (int thread = 0; thread < _threads; thread++)
            {
                sum += Sums[((long)thread * _length) + i];
            }

            if (_storedLength == _length)
            {
                Gradient[i] += sum * Chain(i);
            }
            else
            {
                shared += sum;
            }
        }

        if (_storedLength != _length)
        {
            Gradient[0] += (float)(shared * Chain(0));
        }

        new Span<float>(Sums, _threads * _length).Clear();
    }

    // Effective value per unit of the stored one, with the sign of the absolute value's slope.
    private float Chain(int stored) => _isAbsolute ? _factor * MathF.Sign(_stored[stored] * _factor) : _factor;

    private int Stored(int column) => _storedLength == _length ? column : 0;
}
