using NGpt.Core.Numerics.Products;
using NGpt.Core.Numerics.Products.Managed;
using NGpt.Core.Numerics.Threads;
using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.Threads;

namespace NGpt.Torch.Tests.Operators.Products;

public sealed class ManagedProductsTests
{
    private const double Rounding = 6e-8;
    private const double OfTerms = 3e-7;

    [Fact]
    public void Eight_rows_of_512_bits_agree_with_float64() => AgreeWithReference<Lanes512, EightRowTile<Lanes512>>();

    [Fact]
    public void Four_rows_of_256_bits_agree_with_float64() => AgreeWithReference<Lanes256, FourRowTile<Lanes256>>();

    [Fact]
    public void Eight_rows_of_128_bits_agree_with_float64() => AgreeWithReference<Lanes128, EightRowTile<Lanes128>>();

    [Fact]
    public void Four_rows_of_128_bits_agree_with_float64() => AgreeWithReference<Lanes128, FourRowTile<Lanes128>>();

    [Fact]
    public void This_processors_products_agree_with_float64()
    {
        using ThreadTeam team = KernelThreads.Create(2);
        using IMatrixProducts products = ManagedProducts.Create(team);
        AgreeWithReference(products);
    }

    [Fact]
    public void Bits_are_the_same_for_any_number_of_threads_any_tile_and_every_run()
    {
        foreach ((int Batch, int M, int N, int K) size in ((int, int, int, int)[])[(1, 67, 773, 391), (1, 773, 67, 391), (1, 5, 1601, 77), (2, 90, 70, 50), (7, 33, 65, 53), (5, 128, 64, 65)])
        {
            using ProductCase<Float32> product = new(size, new MatrixLayout(), new MatrixLayout(IsTransposed: true), new MatrixLayout(Gap: 2));
            float[] expected = RunWith<Lanes512, EightRowTile<Lanes512>>(product, 1);
            foreach (int threads in (int[])[1, 2, 3, 5])
            {
                Assert.Equal(expected, RunWith<Lanes512, EightRowTile<Lanes512>>(product, threads));
                Assert.Equal(expected, RunWith<Lanes256, FourRowTile<Lanes256>>(product, threads));
                Assert.Equal(expected, RunWith<Lanes128, EightRowTile<Lanes128>>(product, threads));
                Assert.Equal(expected, RunWith<Lanes128, FourRowTile<Lanes128>>(product, threads));
            }
        }
    }

    [Fact]
    public void NaN_and_infinity_reach_their_row_and_column_and_nothing_else()
    {
        using WorkerTeam team = new(2);
        using IMatrixProducts products = ManagedProducts.Create(team);
        using MatrixMemory<Float32> a = new MatrixMemory<Float32>(1, 19, 31, new MatrixLayout(), 0).FillAtRandom(3);
        using MatrixMemory<Float32> b = new MatrixMemory<Float32>(1, 31, 51, new MatrixLayout(), 0).FillAtRandom(4);
        using MatrixMemory<Float32> output = new(1, 19, 51, new MatrixLayout(), 0);
        (a[0, 18, 30], b[0, 30, 50]) = (float.NaN, float.PositiveInfinity);
        MatrixProduct product = products.Prepare(a.View, b.View, output.View);
        product.Run();
        output.ForEach((batch, i, j) => Assert.Equal(i != 18 && j != 50, float.IsFinite(output[batch, i, j])));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        using WorkerTeam team = new(1);
        using IMatrixProducts products = ManagedProducts.Create(team);
        MatrixView a = new(1, 3, 5, 5);
        MatrixView b = new(1, 5, 7, 7);
        MatrixView output = new(1, 3, 7, 7);
        Assert.Throws<ArgumentException>(() => products.Prepare(a, a, output));
        Assert.Throws<ArgumentException>(() => products.Prepare(a, b, output with { Rows = 4 }));
        Assert.Throws<ArgumentException>(() => products.Prepare(a, b, output with { Batch = 2 }));
        Assert.Throws<ArgumentException>(() => products.Prepare(a, b, new MatrixView(1, 7, 3, 3).Transposed));
    }

    private static float[] RunWith<TLanes, TTile>(ProductCase<Float32> product, int threads)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTile : unmanaged, ITile<TLanes>
    {
        using WorkerTeam team = new(threads);
        using TiledProducts<TLanes, TTile> products = new(team);
        float[] first = product.Run(products);
        Assert.Equal(first, product.Run(products));
        return first;
    }

    private static void AgreeWithReference<TLanes, TTile>()
        where TLanes : unmanaged, ILanes<TLanes>
        where TTile : unmanaged, ITile<TLanes>
    {
        using WorkerTeam team = new(3);
        using TiledProducts<TLanes, TTile> products = new(team);
        AgreeWithReference(products);
    }

    private static void AgreeWithReference(IMatrixProducts products) => ProductShapes.ForEach((size, a, b, output) =>
    {
        using ProductCase<Float32> product = new(size, a, b, output);
        product.Run(products);
        product.Check(Rounding, OfTerms);
    });
}
