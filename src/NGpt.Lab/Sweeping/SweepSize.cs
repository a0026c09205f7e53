namespace NGpt.Lab.Sweeping;

/// <summary>Size of a model and length of its training.</summary>
/// <param name="Width">C, width of the embedding.</param>
/// <param name="Heads">H, number of heads.</param>
/// <param name="MlpWidth">F, width of the MLP's hidden state.</param>
/// <param name="Layers">L, number of blocks.</param>
/// <param name="Steps">Optimizer steps.</param>
public sealed record SweepSize(int Width, int Heads, int MlpWidth, int Layers, int Steps)
{
    /// <summary>A multiple of this size along one axis. Heads keep their width, and the MLP its share of the embedding's.</summary>
    /// <param name="axis">What is multiplied.</param>
    /// <param name="multiple">How many times, at least 1.</param>
    /// <returns>The size; a number that would be too large is the largest there is, which no run allows.</returns>
    public SweepSize Times(SweepAxis axis, int multiple)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(multiple, 1);
        return axis switch
        {
            SweepAxis.Width => this with { Width = Product(Width), Heads = Product(Heads), MlpWidth = Product(MlpWidth) },
            SweepAxis.Depth => this with { Layers = Product(Layers) },
            SweepAxis.Tokens => this with { Steps = Product(Steps) },
            _ => throw new ArgumentOutOfRangeException(nameof(axis), axis, null),
        };

        int Product(int value) => (int)Math.Min((long)value * multiple, int.MaxValue);
    }
}
