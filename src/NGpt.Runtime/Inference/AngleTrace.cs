using NGpt.Runtime.Kernels;

namespace NGpt.Runtime.Inference;

/// <summary>How far the hidden states of some tokens move with every half of a layer.</summary>
internal sealed unsafe class AngleTrace : IDisposable
{
    private readonly NativeBuffer<float> _before;
    private readonly NativeBuffer<float> _angles;
    private readonly int[] _rows;
    private readonly int[] _steps;
    private readonly int _width;
    private readonly int _halves;
    private int _count;

    /// <summary>Allocates the memory.</summary>
    public AngleTrace(int maxSteps, int layers, int width)
    {
        (_width, _halves) = (width, 2 * layers);
        _before = new NativeBuffer<float>((long)maxSteps * width, "traces");
        _angles = new NativeBuffer<float>((long)maxSteps * _halves, "angles");
        (_rows, _steps) = (new int[maxSteps], new int[maxSteps]);
    }

    /// <summary>Clears what was traced.</summary>
    public void Clear() => _count = 0;

    /// <summary>Traces one row.</summary>
    public void Add(int step, int row) => (_steps[_count], _rows[_count++]) = (step, row);

    /// <summary>Stores the traced hidden states before the first layer.</summary>
    public void Begin(Activations hidden)
    {
        for (int i = 0; i < _count; i++)
        {
            Row(hidden, i).CopyTo(Before(i));
        }
    }

    /// <summary>Measures the angles since the last call.</summary>
    public void Measure(int half, Activations hidden)
    {
        for (int i = 0; i < _count; i++)
        {
            Span<float> now = Row(hidden, i);
            AnglesOf(i)[half] = Angle(Before(i), now);
            now.CopyTo(Before(i));
        }
    }

    /// <summary>The angles of a step. Returns [2·L]; empty where it was not traced.</summary>
    public ReadOnlySpan<float> Of(int step)
    {
        int index = Array.IndexOf(_steps, step, 0, _count);
        return index < 0 ? [] : AnglesOf(index);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _before.Dispose();
        _angles.Dispose();
    }

    // 2·atan2(‖û − v̂‖, ‖û + v̂‖): the arc cosine of û·v̂ has no digits left for the small angles of late layers.
    private static float Angle(ReadOnlySpan<float> u, ReadOnlySpan<float> v)
    {
        (double lengthU, double lengthV) = (Length(u), Length(v));
        (double difference, double sum) = (0, 0);
        for (int i = 0; i < u.Length; i++)
        {
            (double x, double y) = (u[i] / lengthU, v[i] / lengthV);
            difference += (x - y) * (x - y);
            sum += (x + y) * (x + y);
        }

        return (float)(2 * Math.Atan2(Math.Sqrt(difference), Math.Sqrt(sum)));
    }

    private static double Length(ReadOnlySpan<float> x)
    {
        double squares = 0;
        foreach (float value in x)
        {
            squares += (double)value * value;
        }

        return Math.Sqrt(squares);
    }

    private Span<float> Row(Activations hidden, int index) => new(hidden.Row(_rows[index]), _width);

    private Span<float> AnglesOf(int index) => new(_angles.Start + ((long)index * _halves), _halves);

    private Span<float> Before(int index) => new(_before.Start + ((long)index * _width), _width);
}
