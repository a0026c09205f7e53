using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files.Gguf;
using NGpt.Core.Quantization;
using NGpt.Runtime.Models;
using NGpt.Runtime.Quantization;

namespace NGpt.Runtime.Tests.Models;

/// <summary>GGUF files that are whole, and hold something that cannot be run: refused with one line that says what.</summary>
public sealed class GgufLoadingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("general.architecture", "qwen2", "is a model of the kind 'qwen2'; those of the kinds ngpt and llama are read")]
    [InlineData("llama.attention.head_count_kv", 1u, "blk.0.attn_k.weight is Q4_0 [64, 64], expected F32, F16, BF16, Q8_0, Q4_0 or NVFP4 [32, 64]")]
    [InlineData("llama.rope.dimension_count", 16u, "llama.rope.dimension_count is U32 16; only 32 is supported")]
    [InlineData("llama.rope.scaling.type", "yarn", "scaled positions are not supported")]
    [InlineData("llama.attention.head_count_kv", 0u, "0 heads of keys and values do not divide 2 heads of queries")]
    [InlineData("llama.attention.head_count_kv", 4u, "4 heads of keys and values do not divide 2 heads of queries")]
    [InlineData("llama.attention.head_count_kv", "2", "'llama.attention.head_count_kv' is Text '2'; expected an integer")]
    [InlineData("llama.attention.layer_norm_rms_epsilon", null, "expected metadata 'llama.attention.layer_norm_rms_epsilon'")]
    [InlineData("llama.attention.layer_norm_rms_epsilon", 0u, "RMSNorm epsilon must be above 0")]
    [InlineData("llama.attention.sliding_window", 8u, "llama.attention.sliding_window is U32 8; only 0 is supported")]
    [InlineData("llama.attention.causal", false, "llama.attention.causal is Bool False: attention to later tokens is not supported")]
    [InlineData("llama.expert_count", 8u, "llama.expert_count is U32 8; only 0 is supported")]
    [InlineData("llama.rope.freq_base", "fast", "'llama.rope.freq_base' is Text 'fast'; expected a number")]
    [InlineData("llama.rope.scaling.type", 3u, "llama.rope.scaling.type is U32 3: scaled positions are not supported")]
    [InlineData("llama.rope.scaling.factor", 8u, "llama.rope.scaling.factor is U32 8: scaled positions are not supported")]
    [InlineData("llama.rope.scale_linear", 2u, "llama.rope.scale_linear is U32 2: scaled positions are not supported")]
    [InlineData("llama.block_count", 3u, "blk.2.attn_q.weight is missing")]
    [InlineData("llama.block_count", 4_000_000_000u, "llama.block_count is 4000000000")]
    [InlineData("llama.embedding_length", 68u, "rope.dimension_count is U32 32; only 34 is supported")]
    [InlineData("llama.context_length", 0u, "context length must be between 1 and")]
    [InlineData("llama.vocab_size", 66u, "token_embd.weight is Q4_0 [67, 64], expected F32, F16, BF16, Q8_0, Q4_0 or NVFP4 [66, 64]")]
    [InlineData("tokenizer.huggingface.json", "{}", "there is no \"model\"")]
    [InlineData("tokenizer.huggingface.json", null, "tokenizer.ggml.model is 'none'; gpt2 and llama are read")]
    public void Metadata_of_another_model_is_refused(string key, object? value, string problem)
    {
        string path = Write(Architecture.Gpt, WeightType.Q4_0, metadata =>
        {
            metadata.Remove(key);
            if (value is not null)
            {
                metadata.Insert(0, key, value is string text ? GgufValue.Of(text) : value is bool flag ? GgufValue.Of(flag) : GgufValue.Of((uint)value));
            }
        });
        Assert.Contains(problem, Refused(path));
    }

    [Theory]
    [InlineData("ngpt.alpha_init", -1.0, "initial alpha must be above 0, not -1")]
    [InlineData("ngpt.sz_scale", double.NaN, "stored scale of sz must be above 0, not NaN")]
    [InlineData("ngpt.su_shape", "cube", "ngpt.su_shape is 'cube'; expected one of vector, scalar")]
    [InlineData("ngpt.qk_norm", "none ", "ngpt.qk_norm is 'none '")]
    public void Scales_that_make_no_sense_are_refused(string key, object value, string problem) => Assert.Contains(problem, Refused(Write(Architecture.NGpt, WeightType.F32, metadata =>
    {
        metadata.Remove(key);
        metadata.Add(key, value is string text ? GgufValue.Of(text) : GgufValue.Of((double)value));
    })));

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void The_scale_of_a_matrix_is_a_positive_number(float scale)
    {
        string path = Write(Architecture.NGpt, WeightType.NVFP4, tensors: entries =>
        {
            int index = entries.FindIndex(entry => entry.Name == "blk.1.ffn_gate.scale");
            entries[index] = GgufEntry.FromMemory<float>("blk.1.ffn_gate.scale", GgufTensorType.F32, [1], new[] { scale });
        });
        Assert.Contains("blk.1.ffn_gate.scale is", Refused(path));
    }

    [Fact]
    public void Tensors_that_are_missing_unknown_or_of_other_types_are_named_together()
    {
        string path = Write(Architecture.Gpt, WeightType.BF16, tensors: entries =>
        {
            entries.RemoveAll(entry => entry.Name == "output_norm.weight");
            entries.Add(GgufEntry.FromMemory<float>("blk.0.attn_q.bias", GgufTensorType.F32, [64], new float[64]));
            int index = entries.FindIndex(entry => entry.Name == "blk.0.attn_v.weight");
            entries[index] = GgufEntry.FromMemory<Half>("blk.0.attn_v.weight", GgufTensorType.F16, [64, 63], new Half[64 * 63]);
        });
        string message = Refused(path);
        Assert.Contains("blk.0.attn_v.weight is F16 [64, 63], expected F32, F16, BF16, Q8_0, Q4_0 or NVFP4 [64, 64]", message);
        Assert.Contains("output_norm.weight is missing", message);
        Assert.Contains("blk.0.attn_q.bias: biases are not supported", message);
    }

    public void Dispose() => _folder.Dispose();

    private static string Refused(string path)
    {
        FileFormatException failure = Assert.Throws<FileFormatException>(() => RuntimeModel.Load(path));
        Assert.NotNull(failure.Remedy);
        Assert.DoesNotContain('\n', failure.Message);
        return failure.Message;
    }

    private string Write(
        Architecture architecture, WeightType type, Action<OrderedDictionary<string, GgufValue>>? metadata = null, Action<List<GgufEntry>>? tensors = null)
    {
        TestModel test = new(TestModel.Shape(architecture, layers: 2, heads: 2, width: 64, mlpWidth: 128));
        string whole = Quantizer.Write(
            new QuantizationRequest
            {
                Model = test.Save(_folder.File("checkpoint")),
                Type = type,
                TokenEmbeddingType = type,
                OutputType = type,
                Output = _folder.File("whole.gguf"),
            },
            stop: TestContext.Current.CancellationToken).Path;
        using GgufFile file = GgufFile.Open(whole);
        OrderedDictionary<string, GgufValue> keys = new(file.Metadata);
        metadata?.Invoke(keys);
        List<GgufEntry> entries = [.. file.TensorList.Select(tensor => new GgufEntry(tensor.Name, tensor.Type, tensor.Shape.AsSpan(), stream => file.CopyTo(tensor.Name, stream)))];
        tensors?.Invoke(entries);
        string changed = _folder.File("changed.gguf");
        GgufWriter.Write(changed, keys, entries);
        return changed;
    }
}
