namespace NGpt.Torch.Tests.Operators.Products;

/// <summary>Sizes and layouts that every kind of product has to master.</summary>
internal static class ProductShapes
{
    private const int MaxTerms = 100_000;

    /// <summary>Batch, M, N, K: single numbers, whole tiles, tiles and one more, one less, several blocks of depth and of columns.</summary>
    public static readonly (int Batch, int M, int N, int K)[] Sizes =
    [
        (1, 1, 1, 1), (1, 1, 2, 2), (1, 2, 1, 3), (1, 1, 97, 301), (1, 65, 1, 129),
        (1, 8, 48, 16), (1, 16, 96, 8), (1, 9, 49, 17), (1, 7, 47, 15), (1, 12, 64, 31), (1, 17, 33, 5), (1, 23, 111, 6),
        (1, 11, 53, 384), (1, 13, 29, 385), (1, 5, 71, 1201), (1, 3, 1601, 7), (1, 67, 773, 391),
        (2, 5, 19, 3), (3, 1, 97, 129), (3, 65, 1, 129), (3, 21, 37, 41), (7, 33, 65, 23), (2, 90, 70, 50),
    ];

    /// <summary>Layouts of an input: both orders, with and without gaps, and one in which no two numbers are neighbours.</summary>
    public static readonly MatrixLayout[] Inputs =
        [new(Gap: 3), new(IsTransposed: true, Gap: 5), new(), new(IsTransposed: true), new(Gap: 1, Spread: 1)];

    /// <summary>Layouts of an output.</summary>
    public static readonly MatrixLayout[] Outputs = [new(), new(Gap: 7)];

    /// <summary>Calls back for every size with every pair of input layouts; large ones with the first two of each only.</summary>
    public static void ForEach(Action<(int Batch, int M, int N, int K), MatrixLayout, MatrixLayout, MatrixLayout> visit)
    {
        int turn = 0;
        foreach ((int Batch, int M, int N, int K) size in Sizes)
        {
            int layouts = size.Batch * size.M * size.N * size.K > MaxTerms ? 2 : Inputs.Length;
            foreach (MatrixLayout a in Inputs[..layouts])
            {
                foreach (MatrixLayout b in Inputs[..layouts])
                {
                    visit(size, a, b, Outputs[turn++ % Outputs.Length]);
                }
            }
        }
    }
}
