using System.Text;

namespace NGpt.Cli.Display;

/// <summary>
/// Draws losses over steps with braille dots, two columns and four rows of them a character: training losses as a
/// line, evaluations as marks on it.
/// </summary>
public static class LossChart
{
    private const char Mark = '◆';

    // The dot of column x and row y of a braille character is one bit of its code point.
    private static readonly int[,] DotBits = { { 0x01, 0x02, 0x04, 0x40 }, { 0x08, 0x10, 0x20, 0x80 } };

    /// <summary>Draws a chart.</summary>
    /// <param name="losses">Training losses in the order of their steps.</param>
    /// <param name="evaluations">Losses on held-out data.</param>
    /// <param name="firstStep">Step at the left edge.</param>
    /// <param name="lastStep">Step at the right edge, above the first.</param>
    /// <param name="width">Width of the plot in characters, at least 1.</param>
    /// <param name="height">Height in lines, at least 1.</param>
    /// <returns>For each line the label of its height, in a column of fixed width, and the plot.</returns>
    public static IReadOnlyList<(string Label, string Plot)> Draw(
        IReadOnlyList<(double Step, double Loss)> losses,
        IReadOnlyList<(double Step, double Loss)> evaluations,
        double firstStep,
        double lastStep,
        int width,
        int height)
    {
        ArgumentNullException.ThrowIfNull(losses);
        ArgumentNullException.ThrowIfNull(evaluations);
        double?[] columns = Columns(losses, firstStep, lastStep, 2 * width);
        (double low, double high) = Range(columns.OfType<double>().Concat(evaluations.Select(point => point.Loss)));
        char[,] cells = new char[height, width];
        int[,] dots = new int[height, width];
        DrawLine(dots, columns, loss => Row(loss, low, high, 4 * height));
        foreach ((double step, double loss) in evaluations)
        {
            cells[Row(loss, low, high, height), Column(step, firstStep, lastStep, width)] = Mark;
        }

        List<(string, string)> lines = [];
        for (int row = 0; row < height; row++)
        {
            StringBuilder plot = new(width);
            for (int column = 0; column < width; column++)
            {
                plot.Append(cells[row, column] != 0 ? cells[row, column] : (char)(0x2800 + dots[row, column]));
            }

            double value = high - ((high - low) * (height == 1 ? 0.5 : (double)row / (height - 1)));
            bool labelled = row == 0 || row == height - 1 || (height > 4 && row == height / 2);
            lines.Add((labelled && double.IsFinite(value) ? value.ToString("0.00").PadLeft(6) : "      ", plot.ToString()));
        }

        return lines;
    }

    private static double?[] Columns(IReadOnlyList<(double Step, double Loss)> losses, double first, double last, int count)
    {
        double[] sums = new double[count];
        int[] counts = new int[count];
        foreach ((double step, double loss) in losses.Where(point => double.IsFinite(point.Loss)))
        {
            int column = Column(step, first, last, count);
            sums[column] += loss;
            counts[column]++;
        }

        return [.. sums.Select((sum, i) => counts[i] > 0 ? sum / counts[i] : (double?)null)];
    }

    /// <summary>The range of the losses without the steep beginning, which would press the rest flat.</summary>
    private static (double Low, double High) Range(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Where(double.IsFinite).Order()];
        if (sorted.Length == 0)
        {
            return (double.NaN, double.NaN);
        }

        double low = sorted[0];
        double high = sorted[(int)Math.Ceiling((sorted.Length - 1) * 0.9)];
        return high > low ? (low, high) : (low - 0.5, low + 0.5);
    }

    private static void DrawLine(int[,] dots, double?[] columns, Func<double, int> rowOf)
    {
        int? previous = null;
        for (int x = 0; x < columns.Length; x++)
        {
            if (columns[x] is not double loss)
            {
                continue;
            }

            int row = rowOf(loss);
            // The line is closed upwards or downwards, so that a steep part has no holes.
            for (int y = Math.Min(row, previous ?? row); y <= Math.Max(row, previous ?? row); y++)
            {
                dots[y / 4, x / 2] |= DotBits[x % 2, y % 4];
            }

            previous = row;
        }
    }

    private static int Column(double step, double first, double last, int count) =>
        (int)Math.Clamp((step - first) / Math.Max(1, last - first) * count, 0, count - 1);

    private static int Row(double loss, double low, double high, int count) =>
        double.IsFinite(loss) ? (int)Math.Clamp((high - loss) / (high - low) * (count - 1) + 0.5, 0, count - 1) : 0;
}
