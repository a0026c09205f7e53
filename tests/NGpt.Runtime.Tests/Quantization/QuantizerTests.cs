using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Files.Gguf;
using NGpt.Core.Quantization;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Models;
using NGpt.Runtime.Quantization;
using NGpt.Runtime.Tests.Models;

namespace NGpt.Runtime.Tests.Quantization;

public sealed class QuantizerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<Architecture, WeightType> AllTypes { get; } =
        [.. from architecture in Enum.GetValues<Architecture>() from type in Enum.GetValues<WeightType>() select (architecture, type)];

    [Theory]
    [MemberData(nameof(Variants.Trained), MemberType = typeof(Variants))]
    public void A_float32_file_gives_the_very_logits_of_the_checkpoint(string variant)
    {
        TestModel test = Variants.Model(variant);
        QuantizationResult written = Write(test, WeightType.F32);
        using RuntimeModel expected = test.Load();
        using RuntimeModel model = RuntimeModel.Load(written.Path);
        Assert.Equal(test.Config, model.Config);
        Assert.Equal(("checkpoint", WeightType.F32, test.Config.VocabularySize), (model.Name, model.WeightType, model.Tokenizer.VocabularySize));
        Assert.Equal(Logits(expected, test), Logits(model, test));
        Assert.Equal(32, written.BitsPerWeight);
    }

    [Theory]
    [MemberData(nameof(AllTypes))]
    public void Every_type_holds_the_numbers_of_its_codec(Architecture architecture, WeightType type)
    {
        TestModel test = new(TestModel.Shape(architecture, layers: 2, heads: 2, width: 128, mlpWidth: 192, vocabulary: 71));
        QuantizationResult written = Write(test, type, request => request with { TokenEmbeddingType = type, OutputType = type });
        using RuntimeModel expected = test.Load(type);
        using RuntimeModel model = RuntimeModel.Load(written.Path);
        // NVFP4 is stored with better scales than the codec's.
        Assert.Equal(type != WeightType.NVFP4, Logits(expected, test).SequenceEqual(Logits(model, test)));
        Assert.Equal((type, expected.WeightBytes), (model.WeightType, model.WeightBytes));
        Assert.Equal(type, written.Stored[0].Type);
        Assert.Equal(test.Config.ParameterCount, written.Stored.Sum(stored => stored.Parameters));
        Assert.Equal(new FileInfo(written.Path).Length, written.Bytes);
        using RuntimeModel exact = test.Load();
        LogitChecks.Near(Logits(exact, test), Logits(model, test), type switch { WeightType.F32 => 0, WeightType.F16 => 0.003, WeightType.BF16 => 0.02, WeightType.Q8_0 => 0.04, _ => 0.6 });
    }

    [Fact]
    public void Rows_without_whole_blocks_are_bfloat16_and_that_is_said()
    {
        TestModel test = new(TestModel.Shape(Architecture.NGpt, layers: 2, heads: 2, width: 64, mlpWidth: 100));
        QuantizationResult written = Write(test, WeightType.NVFP4);
        // The MLP's output projections have rows of 100 values.
        Assert.Equal("2 matrices with rows of 100 weights are stored as BF16: 100 is not a multiple of the NVFP4 block length 64", Assert.Single(written.Notes));
        using GgufFile file = GgufFile.Open(written.Path);
        Assert.Equal(GgufTensorType.BF16, file.Tensors["blk.1.ffn_down.weight"].Type);
        Assert.Equal(GgufTensorType.NVFP4, file.Tensors["blk.1.ffn_up.weight"].Type);
        Assert.Equal(1, file.Tensors["blk.1.ffn_up.scale"].ElementCount);
        Assert.False(file.Tensors.ContainsKey("blk.1.ffn_down.scale"));
    }

    [Fact]
    public void Embeddings_of_four_bits_are_kept_in_eight_unless_told_otherwise()
    {
        TestModel test = new(TestModel.Shape(Architecture.Gpt, layers: 1, heads: 2, width: 64, mlpWidth: 128));
        Assert.Equal((GgufTensorType.Q8_0, GgufTensorType.Q8_0, GgufTensorType.Q4_0, GgufTensorType.F32), Types(request => request));
        Assert.Equal(
            (GgufTensorType.BF16, GgufTensorType.Q4_0, GgufTensorType.Q4_0, GgufTensorType.F32),
            Types(request => request with { TokenEmbeddingType = WeightType.BF16, OutputType = WeightType.Q4_0 }));

        (GgufTensorType, GgufTensorType, GgufTensorType, GgufTensorType) Types(Func<QuantizationRequest, QuantizationRequest> change)
        {
            using GgufFile file = GgufFile.Open(Write(test, WeightType.Q4_0, request => change(request) with { Replaces = true }).Path);
            return (file.Tensors["token_embd.weight"].Type, file.Tensors["output.weight"].Type, file.Tensors["blk.0.attn_v.weight"].Type, file.Tensors["blk.0.attn_norm.weight"].Type);
        }
    }

    [Fact]
    public void The_file_lies_beside_the_run_under_its_name_and_knows_the_run()
    {
        TestModel test = Variants.Model("nGPT");
        string run = _folder.File("my run");
        test.Save(Path.Combine(run, "checkpoints", "step-00000002"));
        _folder.Write("my run/checkpoints/best", "step-00000002\n");
        _folder.Write("my run/config.json", "{\"as\": \"it is\"}");
        QuantizationResult written = Quantizer.Write(new QuantizationRequest { Model = run, Type = WeightType.BF16 }, stop: TestContext.Current.CancellationToken);
        Assert.Equal(_folder.File($"my-run-{GgufFileName.SizeLabel(test.Config.ParameterCount)}-v1.0-BF16.gguf"), written.Path);
        Assert.Equal(Path.Combine(run, "checkpoints", "step-00000002"), written.Checkpoint);
        using GgufFile file = GgufFile.Open(written.Path);
        Assert.Equal("{\"as\": \"it is\"}", file.Text("ngpt.run.config"));
        Assert.Equal(("ngpt", "my run", 32, 2), (file.Text("general.architecture"), file.Text("general.name"), file.Integer("general.file_type"), file.Integer("general.quantization_version")));
        Assert.Equal(File.ReadAllText(Path.Combine(written.Checkpoint, "tokenizer.json")), file.Text("tokenizer.huggingface.json"));
        Assert.Throws<FileFormatException>(() => GgufRun.Of(written.Path));
    }

    [Fact]
    public void The_baseline_has_the_keys_of_llama_and_says_that_its_tokenizer_has_no_form_there()
    {
        QuantizationResult written = Write(Variants.Model("GPT"), WeightType.F32);
        Assert.Equal("the file has no tokenizer that llama.cpp can read: llama.cpp has no tokenizer of this kind (characters)", Assert.Single(written.Notes));
        using GgufFile file = GgufFile.Open(written.Path);
        Assert.Equal(
            ("llama", "none", 42L, 3L, 14L),
            (file.Text("general.architecture"), file.Text("tokenizer.ggml.model"), file.Integer("llama.embedding_length"), file.Integer("llama.attention.head_count"), file.Integer("llama.rope.dimension_count")));
        Assert.Equal(GgufValueType.F32, file.Metadata["llama.attention.layer_norm_rms_epsilon"].Type);
        Assert.Equal(GgufValueType.F32, file.Metadata["llama.rope.freq_base"].Type);
    }

    [Fact]
    public void A_file_that_is_there_is_replaced_only_when_asked()
    {
        TestModel test = Variants.Model("GPT");
        string path = _folder.Write("kept.gguf", "something else");
        UsageException refused = Assert.Throws<UsageException>(() => Write(test, WeightType.Q8_0, request => request with { Output = path }));
        Assert.Equal(($"{path} is there already", "something else"), (refused.Message, File.ReadAllText(path)));
        Write(test, WeightType.Q8_0, request => request with { Output = path, Replaces = true });
        using GgufFile file = GgufFile.Open(path);
        Assert.Equal(["checkpoint", "kept.gguf"], _folder.Names());
    }

    [Theory]
    [InlineData("model.safetensors", "does not end in .gguf")]
    [InlineData("none/a.gguf", "there is no such folder")]
    [InlineData("folder", "is a folder")]
    public void A_place_that_cannot_be_written_to_is_refused(string output, string problem)
    {
        TestModel test = Variants.Model("GPT");
        // A folder takes the file; of the name that it would have there is a folder already.
        Directory.CreateDirectory(_folder.File("folder", GgufFileName.Of("checkpoint", test.Config.ParameterCount, WeightType.F32)));
        Assert.Contains(problem, Assert.Throws<UsageException>(() => Write(test, WeightType.F32, request => request with { Output = _folder.File(output), Replaces = true })).Message);
        Assert.Equal(["checkpoint", "folder"], _folder.Names());
    }

    [Fact]
    public void Nothing_is_left_of_a_file_whose_writing_fails_or_is_stopped()
    {
        TestModel test = new(TestModel.Shape(Architecture.Gpt, layers: 1, heads: 2, width: 64, mlpWidth: 64));
        test.Parameters["model.layers.0.mlp.down_proj.weight"][5] = float.NaN;
        Assert.Contains("blk.0.ffn_down.weight", Assert.Throws<NGptException>(() => Write(test, WeightType.Q4_0)).Message);
        test.Parameters["model.layers.0.mlp.down_proj.weight"][5] = 0;
        using CancellationTokenSource stop = new();
        Assert.Throws<OperationCanceledException>(() => Write(test, WeightType.Q4_0, progress: new StopAfterFirst(stop), stop: stop));
        Assert.Equal(["checkpoint"], _folder.Names());
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused()
    {
        TestModel test = Variants.Model("nGPT");
        string checkpoint = test.Save(_folder.File("checkpoint"));
        List<SafetensorsEntry> entries = test.Entries();
        entries.RemoveAt(3);
        SafetensorsWriter.Write(Path.Combine(checkpoint, CheckpointFolder.ModelFile), entries);
        Assert.Throws<FileFormatException>(() => Quantizer.Write(new QuantizationRequest { Model = checkpoint, Type = WeightType.F32 }, stop: TestContext.Current.CancellationToken));
        Assert.Equal(["checkpoint"], _folder.Names());
    }

    public void Dispose() => _folder.Dispose();

    private static float[] Logits(RuntimeModel model, TestModel test)
    {
        using InferenceContext context = model.CreateContext(new ContextOptions { Threads = 1 });
        context.Run([new SequenceStep(0, test.Tokens(13))]);
        return context.Logits(0).ToArray();
    }

    private QuantizationResult Write(
        TestModel test,
        WeightType type,
        Func<QuantizationRequest, QuantizationRequest>? change = null,
        IProgress<QuantizationProgress>? progress = null,
        CancellationTokenSource? stop = null)
    {
        QuantizationRequest request = new() { Model = test.Save(_folder.File("checkpoint")), Type = type };
        return Quantizer.Write(change?.Invoke(request) ?? request, progress, stop?.Token ?? TestContext.Current.CancellationToken);
    }

    private sealed class StopAfterFirst(CancellationTokenSource stop) : IProgress<QuantizationProgress>
    {
        public void Report(QuantizationProgress value)
        {
            Assert.InRange(value.Done, 1, value.Total);
            stop.Cancel();
        }
    }
}
