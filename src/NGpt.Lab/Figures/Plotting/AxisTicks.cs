using System.Globalization;
using ScottPlot;

namespace NGpt.Lab.Figures.Plotting;

/// <summary>Chooses the values that are written beside an axis.</summary>
internal static class AxisTicks
{
    private static readonly (double Factor, string Letter)[] Letters = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")];

    /// <summary>Ticks at equal distances, at 1, 2, 2.5 or 5 times a power of ten.</summary>
    /// <param name="low">Lower end of the axis.</param>
    /// <param name="high">Upper end.</param>
    /// <param name="max">How many at most.</param>
    public static Tick[] Linear(double low, double high, int max) =>
        [.. LinearValues(low, high, max).Select(value => Tick.Major(value, Text(value, Math.Max(Math.Abs(low), Math.Abs(high)))))];

    /// <summary>
    /// Ticks of an axis of ratios, at their logarithms to base 10: powers of ten, or 1, 2 and 5 times them where it spans few,
    /// or any round values where it spans less than a factor of 5. The others of 1, 2, …, 9 times a power are unlabelled.
    /// </summary>
    /// <param name="low">Logarithm of the lower end.</param>
    /// <param name="high">Logarithm of the upper end.</param>
    /// <param name="max">How many labels at most.</param>
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
                    // From 10k on thousands are said short; then 1000 beside them is 1k.
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

    /// <summary>Names of things, at whole numbers.</summary>
    /// <param name="names">As they can be drawn.</param>
    /// <param name="max">How many at most; of more, every second, third, … is written.</param>
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

    /// <summary>A number as short as it can be said exactly: 2.5M, 0.25, 3e-4.</summary>
    /// <param name="value">The number.</param>
    /// <param name="scale">The size of the numbers that stand beside it, so that all are written alike.</param>
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
