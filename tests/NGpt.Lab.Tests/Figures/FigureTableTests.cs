using NGpt.Lab.Figures;

namespace NGpt.Lab.Tests.Figures;

public sealed class FigureTableTests
{
    [Fact]
    public void A_row_has_what_every_series_has_at_its_position()
    {
        FigureTable table = FigureTable.Of(SampleFigures.Conditions);
        Assert.Equal(["step", "Wq", "Wo", "Wo, low (quartiles)", "Wo, high (quartiles)"], table.Headers);
        Assert.Equal(
            [[1, 2, 5, 2, 10], [10, 20, 50, 0, 100], [100, 0, double.NaN, double.NaN, double.NaN], [1000, 20_000, 500, 200, double.PositiveInfinity]],
            table.Rows);
        Assert.Equal(string.Empty, table.TextAt(2, 2));
        Assert.Equal("20000", table.TextAt(3, 1));
    }

    [Fact]
    public void Categories_have_names() => Assert.Equal("second", FigureTable.Of(SampleFigures.Alphas).TextAt(1, 0));

    [Fact]
    public void Several_values_at_one_position_have_separate_rows()
    {
        Figure figure = SampleFigures.Alphas with
        {
            Series =
            [
                new FigureSeries { Name = "seeds", Color = 0, Kind = SeriesKind.Points, X = [0, 0, 1], Y = [3, 4, 5] },
                new FigureSeries { Name = "seeds", Color = 1, Kind = SeriesKind.Points, X = [0, 1], Y = [6, 7] },
            ],
        };
        FigureTable table = FigureTable.Of(figure);
        Assert.Equal([[0, 3, 6], [0, 4, double.NaN], [1, 5, 7]], table.Rows);
        Assert.Equal(["layer", "seeds", "seeds (2)"], table.Headers);
    }
}
