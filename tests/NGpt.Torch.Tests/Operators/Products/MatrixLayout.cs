namespace NGpt.Torch.Tests.Operators.Products;

/// <summary>How a matrix lies in memory.</summary>
/// <param name="IsTransposed">Whether its columns are contiguous instead of its rows.</param>
/// <param name="Gap">Elements between one row (or column) and the next that are none of its own.</param>
/// <param name="Spread">Elements between one number of a row (or column) and the next.</param>
internal readonly record struct MatrixLayout(bool IsTransposed = false, int Gap = 0, int Spread = 0);
