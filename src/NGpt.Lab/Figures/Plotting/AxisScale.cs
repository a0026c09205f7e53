using System.Globalization;
using ScottPlot;

namespace NGpt.Lab.Figures.Plotting;

/// <summary>Maps the values of an axis to positions: the values themselves, or their logarithms to base 10.</summary>
internal sealed class AxisScale
{
    private readonly FigureAxis _axis;

    /// <summary>Chooses the ends of an axis.</summary>
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
            // No values: the axis is drawn around its given limit.
            low = high = PositionOf(axis.Min ?? axis.Max ?? 1);
        }

        // A margin, so that no value is on the frame.
        double room = high > low ? 0.04 * (high - low) : axis.IsLogarithmic ? 0.3 : Math.Max(0.05 * Math.Abs(low), 1e-12);
        Low = axis.Min is { } min ? PositionOf(min) : low - room;
        High = axis.Max is { } max ? PositionOf(max) : high + room;
        if (High <= Low)
        {
            // One limit is given, and all values are beyond it.
            (Low, High) = axis.Min is null ? (High - Math.Max(room, 1e-12), High) : (Low, Low + Math.Max(room, 1e-12));
        }
    }

    /// <summary>Position of the lower end.</summary>
    public double Low { get; }

    /// <summary>Position of the upper end.</summary>
    public double High { get; }

    /// <summary>The position of a value; NaN for one that the axis cannot show.</summary>
    public double PositionOf(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.NaN;
        }

        return !_axis.IsLogarithmic ? value : value > 0 ? Math.Log10(value) : double.NaN;
    }

    /// <summary>The position of a limit of a band; the end of the axis for a limit that it cannot show.</summary>
    public double EndOf(double value)
    {
        if (double.IsNaN(value))
        {
            return double.NaN;
        }

        double position = PositionOf(value);
        return double.IsNaN(position) ? value > 0 ? High : Low : position;
    }

    /// <summary>The ticks, with at most <paramref name="max"/> labels.</summary>
    public Tick[] Ticks(int max) =>
        _axis.Categories.Count > 0 ? AxisTicks.Named([.. _axis.Categories.Select(name => FigureFont.Drawable(name, 28))], max)
        : _axis.IsLogarithmic ? AxisTicks.Logarithmic(Low, High, max)
        : AxisTicks.Linear(Low, High, max);
}

/// <summary>Chooses the ticks of an axis.</summary>
internal static class AxisTicks
{
    private static readonly (double Factor, string Letter)[] Letters = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")];

    /// <summary>Ticks at equal distances, at 1, 2, 2.5 or 5 times a power of ten.</summary>
    public static Tick[] Linear(double low, double high, int max) =>
        [.. LinearValues(low, high, max).Select(value => Tick.Major(value, Text(value, Math.Max(Math.Abs(low), Math.Abs(high)))))];

    /// <summary>
    /// Ticks of an axis of ratios, at their logarithms to base 10: powers of ten, or 1, 2 and 5 times them where it spans few,
    /// or any round values where it spans less than a factor of 5. The others of 1, 2, …, 9 times a power are unlabelled.
    /// </summary>
    public static Tick[] Logarithmic(double low, double high, int max)
    {
        double span = high - low;
        double greatest = Math.Pow(10, high);
        if (span < Math.Log10(5))
        {
            return [.. LinearValues(Math.Pow(10, low), greatest, max).Where(value => value > 0).Select(value => Tick.Major(Math.Log10(value), Text(value, value)))];
        }

        int[] labelled = span <= 2.5 ? [1, 2, 5] : [1];
        int every = (int)Math.Ceiling(span / max);
        List<Tick> ticks = [];
        for (int power = (int)Math.Floor(low); power <= Math.Ceiling(high); power++)
        {
            for (int digit = 1; digit <= 9; digit++)
            {
                double position = power + Math.Log10(digit);
                if (position < low - 1e-9 || position > high + 1e-9)
                {
                    continue;
                }

                double value = digit * Math.Pow(10, power);
                if (labelled.Contains(digit) && power % every == 0)
                {
                    // Where the axis has labels such as 10k, 1000 is 1k.
                    bool isShort = value is >= 999 and < 1e4 && greatest >= 1e4;
                    ticks.Add(Tick.Major(position, isShort ? Text(value / 1000, 1) + "k" : Text(value, value)));
                }
                else if (every == 1 || digit == 1)
                {
                    ticks.Add(Tick.Minor(position));
                }
            }
        }

        return [.. ticks];
    }

    /// <summary>Names of categories, at integers; of more than <paramref name="max"/>, every second, third, … is labelled.</summary>
    public static Tick[] Named(IReadOnlyList<string> names, int max)
    {
        int every = Math.Max(1, (names.Count + max - 1) / max);
        return [.. names.Select((name, place) => place % every == 0 ? Tick.Major(place, name) : Tick.Minor(place))];
    }

    private static IEnumerable<double> LinearValues(double low, double high, int max)
    {
        double rough = (high - low) / max;
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = ((double[])[1, 2, 2.5, 5, 10]).First(factor => factor * power >= rough * (1 - 1e-9)) * power;
        for (double index = Math.Ceiling((low / step) - 1e-9); index * step <= high + (1e-9 * step); index++)
        {
            // Adding up steps would drift, and -0 would be written with its sign.
            yield return Math.Round(index * step / power, 6) * power + 0.0;
        }
    }

    /// <summary>The shortest exact form of a number: 2.5M, 0.25, 3e-4.</summary>
    public static string Text(double value, double scale)
    {
        if (value == 0)
        {
            return "0";
        }

        if (scale is >= 1e15 or < 1e-3)
        {
            return value.ToString("0.###e0", CultureInfo.InvariantCulture);
        }

        if (scale >= 1e4)
        {
            (double factor, string letter) = Letters.First(pair => scale >= pair.Factor);
            return (value / factor).ToString("0.####", CultureInfo.InvariantCulture) + letter;
        }

        return Math.Round(value, 9).ToString("0.######", CultureInfo.InvariantCulture);
    }
}
