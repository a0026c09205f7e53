using ScottPlot;

namespace NGpt.Lab.Figures.Plotting;

/// <summary>How the values of an axis become positions: the numbers themselves, or their logarithms to base 10.</summary>
internal sealed class AxisScale
{
    private readonly FigureAxis _axis;

    /// <summary>Chooses the ends of an axis.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="values">All values that are drawn along it.</param>
    public AxisScale(FigureAxis axis, IEnumerable<double> values)
    {
        _axis = axis;
        if (axis.Categories.Count > 0)
        {
            (Low, High) = (-0.5, axis.Categories.Count - 0.5);
            return;
        }

        double low = double.PositiveInfinity;
        double high = double.NegativeInfinity;
        foreach (double position in values.Select(PositionOf).Where(double.IsFinite))
        {
            low = Math.Min(low, position);
            high = Math.Max(high, position);
        }

        if (low > high)
        {
            // Nothing to show. The axis is drawn all the same, around what is known of it.
            low = high = PositionOf(axis.Least ?? axis.Most ?? 1);
        }

        // A little room, so that no value lies on the frame.
        double room = high > low ? 0.04 * (high - low) : axis.IsLogarithmic ? 0.3 : Math.Max(0.05 * Math.Abs(low), 1e-12);
        Low = axis.Least is { } min ? PositionOf(min) : low - room;
        High = axis.Most is { } max ? PositionOf(max) : high + room;
        if (High <= Low)
        {
            // One end is given, and all values lie beyond it.
            (Low, High) = axis.Least is null ? (High - Math.Max(room, 1e-12), High) : (Low, Low + Math.Max(room, 1e-12));
        }
    }

    /// <summary>Position of the lower end.</summary>
    public double Low { get; }

    /// <summary>Position of the upper end.</summary>
    public double High { get; }

    /// <summary>Where a value lies; NaN for one that the axis cannot show.</summary>
    public double PositionOf(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.NaN;
        }

        return !_axis.IsLogarithmic ? value : value > 0 ? Math.Log10(value) : double.NaN;
    }

    /// <summary>Where an end of a spread lies: the axis' own end for one that it cannot show, because it is beyond it.</summary>
    public double EndOf(double value)
    {
        if (double.IsNaN(value))
        {
            return double.NaN;
        }

        double position = PositionOf(value);
        return double.IsNaN(position) ? value > 0 ? High : Low : position;
    }

    /// <summary>What is written beside it.</summary>
    /// <param name="max">How many labels at most.</param>
    public Tick[] Ticks(int max) =>
        _axis.Categories.Count > 0 ? AxisTicks.Named([.. _axis.Categories.Select(name => FigureFont.Drawable(name, 28))], max)
        : _axis.IsLogarithmic ? AxisTicks.Logarithmic(Low, High, max)
        : AxisTicks.Linear(Low, High, max);
}
