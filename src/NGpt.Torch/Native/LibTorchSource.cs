namespace NGpt.Torch.Native;

/// <summary>Where the libtorch in use comes from.</summary>
public enum LibTorchSource
{
    /// <summary>The package that came with the program.</summary>
    Package,

    /// <summary>The installation that the environment variable <c>NGPT_LIBTORCH</c> names.</summary>
    EnvironmentVariable,
}
