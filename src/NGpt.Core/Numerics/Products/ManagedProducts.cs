using System.Runtime.Intrinsics.Arm;
using NGpt.Core.Numerics.Products.Managed;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Core.Numerics.Products;

/// <summary>Float32 products in managed code, for processors on which libtorch's take a slow path.</summary>
internal static class ManagedProducts
{
    /// <summary>
    /// The products with this processor's widest vectors. <paramref name="team"/>: the threads that compute; must outlive the
    /// products. Returns the factory; the caller disposes of it, after its products.
    /// </summary>
    public static IMatrixProducts Create(ThreadTeam team)
    {
        if (Lanes512.IsFast)
        {
            return new TiledProducts<Lanes512, EightRowTile<Lanes512>>(team);
        }

        if (Lanes256.IsFast)
        {
            return new TiledProducts<Lanes256, FourRowTile<Lanes256>>(team);
        }

        return AdvSimd.Arm64.IsSupported
            ? new TiledProducts<Lanes128, EightRowTile<Lanes128>>(team)
            : new TiledProducts<Lanes128, FourRowTile<Lanes128>>(team);
    }
}
