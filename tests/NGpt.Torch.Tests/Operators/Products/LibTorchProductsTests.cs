using NGpt.Core.Numerics.Vectors;
using NGpt.Torch.Operators.Products;
using static TorchSharp.torch;

namespace NGpt.Torch.Tests.Operators.Products;

public sealed class LibTorchProductsTests
{
    [Fact]
    public void Float32_agrees_with_float64() => AgreeWithReference<Float32>(ScalarType.Float32, 6e-8, 3e-7);

    // Half a unit in the last place of bfloat16 is up to 2⁻⁸ of the number; inside, sums are float32.
    [Fact]
    public void BFloat16_agrees_with_float64_of_the_rounded_inputs() => AgreeWithReference<BFloat16>(ScalarType.BFloat16, 1 / 256.0, 1e-6);

    private static void AgreeWithReference<TElement>(ScalarType type, double ofNumber, double ofTerms)
        where TElement : unmanaged, IElement<TElement>
    {
        ProductShapes.ForEach((size, a, b, output) =>
        {
            // A factory keeps a view of every matrix it has seen as long as it lives; these matrices live for one case only.
            using LibTorchProducts own = new(type);
            using ProductCase<TElement> product = new(size, a, b, output);
            product.Run(own);
            product.Check(ofNumber, ofTerms);
        });
    }
}
