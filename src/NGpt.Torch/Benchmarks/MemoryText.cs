using System.Globalization;

namespace NGpt.Torch.Benchmarks;

/// <summary>Sentences about memory.</summary>
internal static class MemoryText
{
    /// <summary>Why something cannot run.</summary>
    public static string DoesNotFit(long needed, long available) => $"needs about {Gigabytes(needed)}, {Gigabytes(available)} are available";

    /// <summary>An amount of memory.</summary>
    public static string Gigabytes(double bytes) => $"{(bytes / 1e9).ToString(bytes < 1e11 ? "0.0" : "N0", CultureInfo.InvariantCulture)} GB";
}
