namespace NGpt.Torch.Engine;

/// <summary>
/// A learned vector: nGPT's scales, stored as ŝ and used as ŝ·factor (or its absolute value), and the baseline's
/// gains. Kernels add their threads' sums of its gradient; <see cref="CollectGradient"/> brings them together.
/// </summary>
internal sealed unsafe class EngineScale
{
    private readonly int _length;
    private readonly int _threads;
    private readonly float _factor;
    private readonly bool _isAbsolute;
    private readonly ArenaRegion _effective;
    private readonly ArenaRegion _sums;
    private readonly ArenaRegion _gradient;
    private float* _stored;

    /// <summary>Plans the memory.</summary>
    /// <param name="plan">Receives the regions.</param>
    /// <param name="name">Name of the parameter.</param>
    /// <param name="length">Number of entries.</param>
    /// <param name="factor">Effective value per unit of stored value.</param>
    /// <param name="isAbsolute">Whether the absolute value is used (α).</param>
    /// <param name="threads">Number of threads.</param>
    public EngineScale(ArenaPlan plan, string name, int length, double factor, bool isAbsolute, int threads)
    {
        (Name, _length, _threads, _factor, _isAbsolute) = (name, length, threads, (float)factor, isAbsolute);
        _effective = plan.Add(ArenaGroup.Small, $"{name}, effective", sizeof(float), length);
        _sums = plan.Add(ArenaGroup.Small, $"{name}, gradient by thread", sizeof(float), threads, length);
        _gradient = plan.Add(ArenaGroup.Small, $"{name}, gradient", sizeof(float), length);
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
    /// <param name="stored">The parameter's memory.</param>
    public void Bind(float* stored) => _stored = stored;

    /// <summary>Computes the effective values from the stored ones.</summary>
    public void Refresh()
    {
        for (int i = 0; i < _length; i++)
        {
            float value = _stored[i] * _factor;
            Effective[i] = _isAbsolute ? MathF.Abs(value) : value;
        }
    }

    /// <summary>Sets the gradient to zero.</summary>
    public void ClearGradient()
    {
        new Span<float>(Gradient, _length).Clear();
        new Span<float>(Sums, _threads * _length).Clear();
    }

    /// <summary>Adds the threads' sums to the gradient, in the order of the threads, and clears them.</summary>
    public void CollectGradient()
    {
        for (int i = 0; i < _length; i++)
        {
            float sum = 0;
            for (int thread = 0; thread < _threads; thread++)
            {
                sum += Sums[((long)thread * _length) + i];
            }

            float chain = _isAbsolute ? _factor * MathF.Sign(_stored[i] * _factor) : _factor;
            Gradient[i] += sum * chain;
        }

        new Span<float>(Sums, _threads * _length).Clear();
    }
}
