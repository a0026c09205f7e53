using NGpt.Core.Errors;

namespace NGpt.Lab.Sweeping;

/// <summary>The size of the base model that is multiplied.</summary>
internal enum SweepAxis
{
    /// <summary>C, with proportionally more heads of the same width and a proportionally wider MLP.</summary>
    Width,

    /// <summary>L, the number of blocks.</summary>
    Depth,

    /// <summary>Training tokens: optimizer steps, with the same batch.</summary>
    Tokens,
}

/// <summary>Names of axes.</summary>
internal static class SweepAxes
{
    /// <summary>All axes.</summary>
    public static IReadOnlyList<SweepAxis> All { get; } = [SweepAxis.Width, SweepAxis.Depth, SweepAxis.Tokens];

    /// <summary>The name of an axis.</summary>
    public static string Name(this SweepAxis axis) => axis switch
    {
        SweepAxis.Width => "width",
        SweepAxis.Depth => "depth",
        SweepAxis.Tokens => "tokens",
        _ => throw new ArgumentOutOfRangeException(nameof(axis), axis, null),
    };

    /// <summary>Finds an axis; case does not matter.</summary>
    public static SweepAxis Named(string name)
    {
        SweepAxis[] found = [.. All.Where(axis => axis.Name().Equals(name, StringComparison.OrdinalIgnoreCase))];
        return found.Length == 1 ? found[0] : throw new UsageException($"unknown axis {name}: the axes are {string.Join(", ", All.Select(Name))}");
    }
}

/// <summary>Size of a model and length of its training.</summary>
internal sealed record SweepSize(int Width, int Heads, int MlpWidth, int Layers, int Steps)
{
    /// <summary>
    /// A multiple of this size along one axis. The width of a head and the ratio of MLP and embedding width stay. On
    /// overflow <see cref="int.MaxValue"/>, which no run accepts.
    /// </summary>
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
