using NGpt.Core.Configuration;
using NGpt.Lab.Inspection;
using NGpt.Torch.Models;
using static TorchSharp.torch;

namespace NGpt.Lab.Tests.Inspection;

public sealed class MatrixSpectrumTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static readonly double[] Values = [5, 2, 0.3, 1e-4, 3e-11];

    [Theory]
    [InlineData(5, 5)]
    [InlineData(7, 5)]
    [InlineData(5, 23)]
    [InlineData(3501, 5)]
    public void Singular_values_are_those_the_matrix_was_built_with(int rows, int columns)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor matrix = rows >= columns ? Tall(rows, columns, Values) : Tall(columns, rows, Values).t();
        double[] found = MatrixSpectrum.SingularValues(matrix, Stop);
        Assert.Equal(5, found.Length);
        // A matrix of XᵀX would have the last one wrong by 1e-8.
        Assert.All(Enumerable.Range(0, 5), i => Assert.Equal(Values[i], found[i], 2e-14));
        Assert.Equal(5 / 3e-11, MatrixSpectrum.Condition(found), 5 / 3e-11 * 1e-3);
    }

    [Fact]
    public void A_singular_matrix_has_an_infinite_condition_number()
    {
        using IDisposable scope = NewDisposeScope();
        double[] found = MatrixSpectrum.SingularValues(Tall(11, 3, [4, 1, 0]), Stop);
        Assert.Equal(double.PositiveInfinity, MatrixSpectrum.Condition(found));
        Assert.Equal(1, MatrixSpectrum.Condition([2, 2, 2]));
    }

    [Theory]
    [InlineData(17, 5, 5)]
    [InlineData(2900, 5, 5)]
    [InlineData(4, 5, 3)]
    [InlineData(5, 5, 4)]
    public void Eigenvalues_are_those_of_the_centred_rows(int rows, int columns, int expected)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor centred = randn(rows, columns, dtype: ScalarType.Float64, generator: Seeded(rows));
        centred = centred - centred.mean([0], keepdim: true);
        Tensor offset = tensor(new double[] { 3, -7, 11, 0, 2 });
        double[] found = MatrixSpectrum.CovarianceEigenvalues(centred + offset, Stop);
        Tensor covariance = centred.t().matmul(centred) / (rows - 1);
        double[] plain = [.. linalg.eigvalsh(covariance).data<double>().ToArray().OrderDescending().Take(expected)];
        Assert.Equal(expected, found.Length);
        Assert.All(Enumerable.Range(0, expected), i => Assert.Equal(plain[i], found[i], 1e-12 * plain[0]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Every_head_has_its_own_condition_number(int axis)
    {
        using IDisposable scope = NewDisposeScope();
        // Three heads of width 4 in a model of width 12.
        Tensor[] heads = [.. new double[] { 2, 30, 7 }.Select(condition => Tall(12, 4, [condition, condition / 2, 1, 1]).t())];
        Tensor weight = axis == 0 ? cat(heads, 0) : cat(heads, 0).t();
        double[] found = MatrixSpectrum.HeadConditions(weight, 3, axis);
        Assert.Equal(3, found.Length);
        Assert.All(Enumerable.Range(0, 3), head => Assert.Equal(new double[] { 2, 30, 7 }[head], found[head], 1e-10));
        Assert.NotEqual(7, MatrixSpectrum.HeadConditions(weight, 3, 1 - axis)[2], 0.1);
    }

    [Fact]
    public void Projections_are_measured_by_layer_and_those_of_attention_by_head()
    {
        using IDisposable noGradient = no_grad();
        using IDisposable scope = NewDisposeScope();
        using LanguageModel model = TestModels.Create(Architecture.Gpt);
        IReadOnlyList<MatrixConditions> found = MatrixConditions.Of(ModelMatrix.Of(model), 5, Stop);
        Assert.Equal([.. MatrixConditions.Attention, .. MatrixConditions.Mlp], found.Select(conditions => conditions.Kind));
        foreach ((MatrixKind kind, string name) in ((MatrixKind, string)[])
            [
                (MatrixKind.Query, "self_attn.q_proj"), (MatrixKind.Key, "self_attn.k_proj"), (MatrixKind.Value, "self_attn.v_proj"),
                (MatrixKind.AttentionOutput, "self_attn.o_proj"), (MatrixKind.Up, "mlp.up_proj"), (MatrixKind.Gate, "mlp.gate_proj"), (MatrixKind.Down, "mlp.down_proj"),
            ])
        {
            for (int layer = 0; layer < 3; layer++)
            {
                Tensor weight = TestModels.Of(model, $"model.layers.{layer}.{name}.weight");
                // Five heads of width 6, rows of the first three and columns of the output projection.
                double[] parts = kind switch
                {
                    MatrixKind.Up or MatrixKind.Gate or MatrixKind.Down => [Plain(weight)],
                    MatrixKind.AttentionOutput => [.. Enumerable.Range(0, 5).Select(head => Plain(weight[.., (6 * head)..(6 * (head + 1))]))],
                    _ => [.. Enumerable.Range(0, 5).Select(head => Plain(weight[(6 * head)..(6 * (head + 1))]))],
                };
                Assert.Equal(parts.Order().ElementAt(parts.Length / 2), found.Single(conditions => conditions.Kind == kind).ByLayer[layer], 1e-9);
            }
        }

        static double Plain(Tensor matrix)
        {
            double[] values = linalg.svdvals(matrix.contiguous()).data<double>().ToArray();
            return values[0] / values[^1];
        }
    }

    [Fact]
    public void Measuring_can_be_cancelled()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        using Tensor rows = ones(3, 2);
        Assert.Throws<OperationCanceledException>(() => MatrixSpectrum.SingularValues(rows, stop.Token));
        Assert.Throws<OperationCanceledException>(() => MatrixSpectrum.CovarianceEigenvalues(rows, stop.Token));
    }

    private static Tensor Tall(int rows, int columns, double[] values)
    {
        Tensor left = linalg.qr(randn(rows, columns, dtype: ScalarType.Float64, generator: Seeded(rows))).Q;
        Tensor right = linalg.qr(randn(columns, columns, dtype: ScalarType.Float64, generator: Seeded(columns))).Q;
        return (left * tensor([.. values])).matmul(right);
    }

    private static Generator Seeded(int seed) => new((ulong)seed, CPU);
}
