using NGpt.Lab.Figures;

namespace NGpt.Lab.Tests.Figures;

public sealed class FigureAxisTests
{
    [Fact]
    public void The_label_has_the_unit_in_brackets()
    {
        Assert.Equal("held-out loss (bits per byte)", new FigureAxis("held-out loss", "bits per byte").Label);
        Assert.Equal("layer", new FigureAxis("layer").Label);
    }
}
