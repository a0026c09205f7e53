using System.Globalization;
using NGpt.Lab.Figures;
using NGpt.Lab.Reports;
using NGpt.Lab.Tests.Figures;

namespace NGpt.Lab.Tests.Reports;

public sealed class CsvTextTests
{
    [Fact]
    public void Texts_of_a_table_are_read_back_unchanged()
    {
        ReportTable table = SampleReports.Outcome;
        Assert.Equal([table.Headers, .. table.Rows], CsvReading.Read(CsvText.Of(table)));
    }

    [Fact]
    public void Numbers_of_a_figure_are_read_back_bit_for_bit()
    {
        double[] odd = [1.0 / 3, Math.PI * 1e-300, double.MaxValue, double.Epsilon, -0.1, 123456789.123456789];
        Figure figure = SampleFigures.Curves with
        {
            Series = [new FigureSeries { Name = "a, \"b\"", Color = 0, X = [1, 2, 3, 4, 5, 6], Y = odd }],
        };
        string[][] rows = CsvReading.Read(CsvText.Of(figure));
        Assert.Equal(["training tokens (tokens)", "a, \"b\""], rows[0]);
        Assert.Equal(odd, rows.Skip(1).Select(row => double.Parse(row[1], CultureInfo.InvariantCulture)));
        Assert.Equal(["1", "2", "3", "4", "5", "6"], rows.Skip(1).Select(row => row[0]));
    }

    [Fact]
    public void All_rows_are_there_and_gaps_are_empty()
    {
        string[][] rows = CsvReading.Read(CsvText.Of(SampleFigures.Curves));
        Assert.Equal(51, rows.Length);
        Assert.Equal(string.Empty, rows[25][4]);
        Assert.All(rows, row => Assert.Equal(6, row.Length));
    }
}
