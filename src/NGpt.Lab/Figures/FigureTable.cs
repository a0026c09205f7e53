using System.Globalization;

namespace NGpt.Lab.Figures;

/// <summary>
/// The numbers of a figure as a table: a row for every position along the horizontal axis that any series has, and columns
/// for the values of every series and for the two limits of its band.
/// </summary>
internal sealed class FigureTable
{
    private FigureTable(IReadOnlyList<string> headers, IReadOnlyList<IReadOnlyList<double>> rows, IReadOnlyList<string> categories)
    {
        Headers = headers;
        Rows = rows;
        Categories = categories;
    }

    /// <summary>Names of the columns, all different. The first is the horizontal axis.</summary>
    public IReadOnlyList<string> Headers { get; }

    /// <summary>One number for each column; NaN where a series has no value at the row's position.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Rows { get; }

    /// <summary>Names for the integers of the first column; empty where these are numbers.</summary>
    public IReadOnlyList<string> Categories { get; }

    /// <summary>Makes the table of a figure.</summary>
    public static FigureTable Of(Figure figure)
    {
        Plotting.FigureChecks.ThrowIfInvalid(figure);
        List<string> headers = [figure.X.Label];
        foreach (FigureSeries series in figure.Series)
        {
            headers.Add(series.Name);
            if (series.Band is { } band)
            {
                headers.Add($"{series.Name}, low ({band.Meaning})");
                headers.Add($"{series.Name}, high ({band.Meaning})");
            }
        }

        return new FigureTable(Distinct(headers), [.. RowsOf(figure, headers.Count)], figure.X.Categories);
    }

    /// <summary>A cell of the table with all its digits: the same number comes from reading the text.</summary>
    public string TextAt(int row, int column)
    {
        double value = Rows[row][column];
        return column == 0 && NameOf(value) is { } name ? name
            : double.IsNaN(value) ? string.Empty
            : value.ToString("R", CultureInfo.InvariantCulture);
    }

    /// <summary>The name of a position, or null where it has none.</summary>
    internal string? NameOf(double position) =>
        position >= 0 && position < Categories.Count && double.IsInteger(position) ? Categories[(int)position] : null;

    // A series may have several values at one position (points of several seeds). The first of each series share a row, and so on.
    private static IEnumerable<IReadOnlyList<double>> RowsOf(Figure figure, int columns)
    {
        SortedDictionary<(double X, int Repetition), double[]> rows = [];
        int column = 1;
        foreach (FigureSeries series in figure.Series)
        {
            Dictionary<double, int> seen = [];
            for (int i = 0; i < series.X.Count; i++)
            {
                double x = series.X[i];
                int repetition = seen.GetValueOrDefault(x);
                seen[x] = repetition + 1;
                if (!rows.TryGetValue((x, repetition), out double[]? row))
                {
                    row = new double[columns];
                    Array.Fill(row, double.NaN);
                    row[0] = x;
                    rows.Add((x, repetition), row);
                }

                row[column] = series.Y[i];
                if (series.Band is { } band)
                {
                    row[column + 1] = band.Low[i];
                    row[column + 2] = band.High[i];
                }
            }

            column += series.Band is null ? 1 : 3;
        }

        foreach (double[] row in rows.Values)
        {
            yield return row;
        }
    }

    private static List<string> Distinct(List<string> headers)
    {
        List<string> distinct = [];
        foreach (string header in headers)
        {
            string name = header;
            for (int number = 2; distinct.Contains(name); number++)
            {
                name = $"{header} ({number})";
            }

            distinct.Add(name);
        }

        return distinct;
    }
}
