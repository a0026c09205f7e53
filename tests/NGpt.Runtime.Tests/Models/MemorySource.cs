using NGpt.Core.Configuration;
using NGpt.Core.Quantization;
using NGpt.Core.Tokenizers;
using NGpt.Runtime.Kernels;
using NGpt.Runtime.Models;
using NGpt.Runtime.Weights;

namespace NGpt.Runtime.Tests.Models;

/// <summary>A test's model in memory, its matrices encoded by the reference codec where their width allows it.</summary>
internal sealed unsafe class MemorySource(TestModel model, WeightType type) : IWeightSource
{
    public ModelConfig Config => model.Config;

    public ITokenizer Tokenizer => model.Tokenizer;

    public string? Name => "test";

    public WeightMatrix Matrix(ParameterSpec spec, float[]? rowScale)
    {
        float[] values = model.Parameters[spec.Name];
        int columns = spec.Columns!.Value;
        WeightType stored = columns % type.BlockLength() == 0 ? type : WeightType.BF16;
        int rowBytes = (int)stored.RowBytes(columns);
        NativeBuffer<byte> memory = new((long)spec.Rows * rowBytes, spec.Name);
        float tensorScale = WeightCodec.TensorScale(stored, values);
        for (int row = 0; row < spec.Rows; row++)
        {
            WeightCodec.Encode(stored, values.AsSpan(row * columns, columns), new Span<byte>(memory.Start + ((long)row * rowBytes), rowBytes), tensorScale);
        }

        return WeightMatrix.Create(stored, spec.Rows, columns, (nint)memory.Start, memory, tensorScale, rowScale);
    }

    public float[] Vector(ParameterSpec spec) => model.Parameters[spec.Name];

    public void Dispose()
    {
    }
}
