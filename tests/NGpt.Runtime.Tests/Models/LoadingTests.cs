using System.Runtime.InteropServices;
using System.Text;
using NGpt.Core.Checkpoints;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Quantization;
using NGpt.Core.Tokenizers;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Models;
using NGpt.Runtime.Quantization;
using Architecture = NGpt.Core.Configuration.Architecture;

namespace NGpt.Runtime.Tests.Models;

/// <summary>Checkpoint folders: read as they are, or refused with one line that says what is wrong.</summary>
public sealed class LoadingTests
{
    [Theory]
    [MemberData(nameof(Variants.Trained), MemberType = typeof(Variants))]
    public void A_checkpoint_folder_gives_the_model_that_was_saved(string variant)
    {
        using TemporaryFolder folder = new();
        TestModel test = Variants.Model(variant);
        using RuntimeModel expected = test.Load();
        using RuntimeModel model = RuntimeModel.Load(test.Save(folder.File("checkpoint")));
        Assert.Equal(test.Config, model.Config);
        Assert.Equal(WeightType.F32, model.WeightType);
        Assert.Equal(4 * ParameterCatalog.Of(test.Config).Where(spec => spec.Columns is not null).Sum(spec => spec.Count), model.WeightBytes);
        Assert.Equal(test.Tokenizer.VocabularySize, model.Tokenizer.VocabularySize);
        Assert.Equal(Logits(expected, test.Tokens(13)), Logits(model, test.Tokens(13)));
    }

    [Fact]
    public void A_run_folder_means_its_best_checkpoint()
    {
        using TemporaryFolder folder = new();
        TestModel test = Variants.Model("nGPT");
        test.Save(folder.File("checkpoints", "step-00000002"));
        new TestModel(test.Config, new TestModel(test.Config, seed: 8).Parameters).Save(folder.File("checkpoints", "step-00000003"));
        folder.Write("checkpoints/best", "step-00000002\n");
        folder.Write("checkpoints/latest", "step-00000003\n");
        using RuntimeModel expected = test.Load();
        using RuntimeModel model = RuntimeModel.Load(folder.Path);
        Assert.Equal(Logits(expected, test.Tokens(5)), Logits(model, test.Tokens(5)));
    }

    [Theory]
    [InlineData("model.layers.1.self_attn.sqk", "model.layers.1.self_attn.sqk is missing")]
    [InlineData("lm_head.weight", "lm_head.weight is missing")]
    public void A_missing_tensor_is_named(string name, string problem)
    {
        TestModel test = Variants.Model("nGPT");
        Assert.Contains(problem, Refused(test, tensors => tensors.RemoveAll(tensor => tensor.Name == name)));
    }

    [Fact]
    public void Wrong_shapes_and_unknown_tensors_are_named_together()
    {
        TestModel test = Variants.Model("GPT");
        string message = Refused(test, tensors =>
        {
            int index = tensors.FindIndex(tensor => tensor.Name == "model.layers.0.mlp.up_proj.weight");
            tensors[index] = SafetensorsEntry.FromMemory<float>(tensors[index].Name, TensorType.F32, [42, 101], new float[42 * 101]);
            index = tensors.FindIndex(tensor => tensor.Name == "model.norm.weight");
            tensors[index] = SafetensorsEntry.FromMemory<int>("model.norm.weight", TensorType.I32, [42], new int[42]);
            tensors.Add(SafetensorsEntry.FromMemory<float>("model.layers.0.self_attn.q_proj.bias", TensorType.F32, [42], new float[42]));
        });
        Assert.Contains("model.layers.0.mlp.up_proj.weight is F32 [42, 101], expected F32, F16 or BF16 [101, 42]", message);
        Assert.Contains("model.norm.weight is I32 [42], expected F32, F16 or BF16 [42]", message);
        Assert.Contains("model.layers.0.self_attn.q_proj.bias is unknown", message);
    }

    [Theory]
    [InlineData(Architecture.NGpt, TensorType.F16, WeightType.F16)]
    [InlineData(Architecture.Gpt, TensorType.F16, WeightType.F16)]
    [InlineData(Architecture.NGpt, TensorType.BF16, WeightType.BF16)]
    [InlineData(Architecture.Gpt, TensorType.BF16, WeightType.BF16)]
    public void Weights_of_two_bytes_are_run_and_quantized_with_their_values(Architecture architecture, TensorType type, WeightType expected)
    {
        using TemporaryFolder folder = new();
        TestModel test = new(TestModel.Shape(architecture));
        Dictionary<string, float[]> stored = [];
        string path = test.Save(folder.File("checkpoint"));
        SafetensorsWriter.Write(
            Path.Combine(path, CheckpointFolder.ModelFile),
            [.. ParameterCatalog.Of(test.Config).Select(spec =>
            {
                ushort[] bits = [.. test.Parameters[spec.Name].Select(value => type == TensorType.F16
                    ? BitConverter.HalfToUInt16Bits((Half)value)
                    : (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16))];
                stored[spec.Name] = [.. bits.Select(value => type == TensorType.F16 ? (float)BitConverter.UInt16BitsToHalf(value) : BitConverter.UInt32BitsToSingle((uint)value << 16))];
                return new SafetensorsEntry(spec.Name, type, spec.Shape, stream => stream.Write(MemoryMarshal.AsBytes(bits.AsSpan())));
            })],
            new Dictionary<string, string> { ["format"] = "pt", ["somebody's"] = "key" });
        int[] tokens = test.Tokens(9);
        double[] logits = new ReferenceModel(new TestModel(test.Config, stored)).Forward(tokens).Logits[^1];
        using (RuntimeModel model = RuntimeModel.Load(path))
        {
            Assert.Equal(expected, model.WeightType);
            using InferenceContext context = model.CreateContext(new ContextOptions { Threads = 1, CacheType = CacheType.F32 });
            context.Run([new SequenceStep(0, tokens)]);
            LogitChecks.Near(logits, context.Logits(0), 1e-5);
        }

        string quantized = Quantizer.Write(new QuantizationRequest { Model = path, Type = WeightType.F32, Output = folder.File("m.gguf") }, stop: TestContext.Current.CancellationToken).Path;
        using RuntimeModel written = RuntimeModel.Load(quantized);
        LogitChecks.Near(logits, Logits(written, tokens), 1e-5);
    }

    [Theory]
    [InlineData(FileLoading.Auto, true)]
    [InlineData(FileLoading.Copy, false)]
    public void A_loaded_model_does_not_notice_that_its_file_is_cut_off_or_rewritten(FileLoading loading, bool isCheckpoint)
    {
        using TemporaryFolder folder = new();
        TestModel test = Variants.Model("GPT");
        string path = test.Save(folder.File("checkpoint"));
        string file = Path.Combine(path, CheckpointFolder.ModelFile);
        if (!isCheckpoint)
        {
            file = path = Quantizer.Write(new QuantizationRequest { Model = path, Type = WeightType.Q8_0, Output = folder.File("m.gguf") }, stop: TestContext.Current.CancellationToken).Path;
        }

        int[] tokens = test.Tokens(9);
        using RuntimeModel model = RuntimeModel.Load(path, loading);
        float[] before = Logits(model, tokens);
        byte[] bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, bytes[..16]);
        Assert.Equal(before, Logits(model, tokens));
        Array.Fill(bytes, (byte)7);
        File.WriteAllBytes(file, bytes);
        Assert.Equal(before, Logits(model, tokens));
    }

    [Fact]
    public void Mapped_and_copied_files_give_the_same_model()
    {
        using TemporaryFolder folder = new();
        TestModel test = Variants.Model("nGPT");
        string path = test.Save(folder.File("checkpoint"));
        using RuntimeModel mapped = RuntimeModel.Load(path, FileLoading.Map);
        using RuntimeModel copied = RuntimeModel.Load(path, FileLoading.Copy);
        Assert.Equal(Logits(mapped, test.Tokens(9)), Logits(copied, test.Tokens(9)));
    }

    [Fact]
    public void A_tokenizer_of_another_size_is_refused()
    {
        using TemporaryFolder folder = new();
        string path = Variants.Model("GPT").Save(folder.File("checkpoint"));
        TokenizerFile.Save(new ByteTokenizer(), Path.Combine(path, TokenizerFile.FileName));
        Assert.Contains("the tokenizer has 256 tokens and the model 67", Assert.Throws<FileFormatException>(() => RuntimeModel.Load(path)).Message);
    }

    [Fact]
    public void Damaged_and_absent_files_are_refused_in_one_line()
    {
        using TemporaryFolder folder = new();
        string path = Variants.Model("nGPT").Save(folder.File("checkpoint"));
        string weights = Path.Combine(path, CheckpointFolder.ModelFile);
        byte[] whole = File.ReadAllBytes(weights);
        Random random = new(3);
        for (int i = 0; i < 40; i++)
        {
            File.WriteAllBytes(weights, whole[..random.Next(whole.Length)]);
            Refused();
        }

        File.WriteAllBytes(weights, whole);
        File.WriteAllBytes(Path.Combine(path, CheckpointFolder.ConfigFile), Encoding.UTF8.GetBytes("{\"model_type\":\"ngpt\"}"));
        Refused();
        Assert.Throws<UsageException>(() => RuntimeModel.Load(folder.File("nowhere")));
        Assert.Throws<NGptException>(() => RuntimeModel.Load(Directory.CreateDirectory(folder.File("empty")).FullName));

        void Refused() => Assert.DoesNotContain('\n', Assert.ThrowsAny<NGptException>(() => RuntimeModel.Load(path)).Message);
    }

    private static string Refused(TestModel test, Action<List<SafetensorsEntry>> change)
    {
        using TemporaryFolder folder = new();
        string path = test.Save(folder.File("checkpoint"));
        List<SafetensorsEntry> tensors = test.Entries();
        change(tensors);
        SafetensorsWriter.Write(Path.Combine(path, CheckpointFolder.ModelFile), tensors);
        FileFormatException failure = Assert.Throws<FileFormatException>(() => RuntimeModel.Load(path));
        Assert.NotNull(failure.Remedy);
        return failure.Message;
    }

    private static float[] Logits(RuntimeModel model, int[] tokens)
    {
        using InferenceContext context = model.CreateContext(new ContextOptions { Threads = 1 });
        context.Run([new SequenceStep(0, tokens)]);
        return context.Logits(0).ToArray();
    }
}
