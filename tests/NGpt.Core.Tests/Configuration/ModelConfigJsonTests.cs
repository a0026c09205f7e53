using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using NGpt.Core.Configuration;
using NGpt.Core.Errors;

namespace NGpt.Core.Tests.Configuration;

public sealed class ModelConfigJsonTests
{
    private static readonly ModelConfig Example = new()
    {
        Architecture = Architecture.NGpt,
        VocabularySize = 101,
        LayerCount = 3,
        HeadCount = 5,
        EmbeddingWidth = 30,
        MlpWidth = 77,
        ContextLength = 19,
        Scales = NGptScales.Published(30),
    };

    [Fact]
    public void Every_model_survives_exactly() => RandomConfigs.Models.Sample(model =>
        Assert.Equal(model, ModelConfigJson.Parse(ModelConfigJson.Serialize(model), "config.json")));

    [Fact]
    public void Keys_are_those_of_Hugging_Face()
    {
        JsonObject json = JsonNode.Parse(ModelConfigJson.Serialize(Example, "float16", endToken: 100))!.AsObject();
        Assert.Equal(
            [
                "architectures", "model_type", "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers",
                "num_attention_heads", "head_dim", "max_position_embeddings", "rope_theta", "rms_norm_eps", "tie_word_embeddings",
                "torch_dtype", "bos_token_id", "eos_token_id", "alpha_init", "alpha_scale", "sqk_init", "sqk_scale", "su_init",
                "su_scale", "sv_init", "sv_scale", "sz_init", "sz_scale",
            ],
            json.Select(pair => pair.Key));
        Assert.Equal("[\"NGptForCausalLM\"]", json["architectures"]!.ToJsonString());
        Assert.Equal("ngpt", (string?)json["model_type"]);
        Assert.Equal(6, (int?)json["head_dim"]);
        Assert.Equal("float16", (string?)json["torch_dtype"]);
        Assert.Equal(100, (int?)json["eos_token_id"]);
        Assert.Null(json["bos_token_id"]);
    }

    [Fact]
    public void Baseline_has_its_own_type_and_no_scales()
    {
        JsonObject json = JsonNode.Parse(ModelConfigJson.Serialize(Example with { Architecture = Architecture.Gpt, Scales = null }))!.AsObject();
        Assert.Equal("[\"GptForCausalLM\"]", json["architectures"]!.ToJsonString());
        Assert.Equal("gpt", (string?)json["model_type"]);
        Assert.DoesNotContain("alpha_init", json.Select(pair => pair.Key));
    }

    [Fact]
    public void A_variant_has_the_keys_of_its_difference()
    {
        ModelConfig variant = Example with
        {
            Scales = Example.Scales! with
            {
                Alpha = Example.Scales.Alpha with { Shape = ScaleShape.Scalar },
                QueryKeyNormalization = QueryKeyNormalization.None,
            },
        };
        JsonObject json = JsonNode.Parse(ModelConfigJson.Serialize(variant))!.AsObject();
        Assert.Equal(("scalar", null, "none"), ((string?)json["alpha_shape"], (string?)json["sqk_shape"], (string?)json["qk_norm"]));
        Assert.Equal(variant, ModelConfigJson.Parse(ModelConfigJson.Serialize(variant), "m"));
    }

    [Theory]
    [InlineData("alpha_shape", "\"cube\"", "alpha_shape is \"cube\", not one of vector, scalar")]
    [InlineData("qk_norm", "1", "qk_norm is 1, not one of norm, none")]
    [InlineData("model_type", "\"llama\"", "model_type \"llama\" is another kind of model")]
    [InlineData("model_type", "7", "model_type is 7, not text")]
    [InlineData("tie_word_embeddings", "true", "tie_word_embeddings true is not supported: input and output embeddings are two tensors")]
    [InlineData("hidden_size", "\"30\"", "hidden_size is \"30\", not an integer")]
    [InlineData("hidden_size", "-30", "head_dim 6 is not hidden_size / num_attention_heads = -6")]
    [InlineData("intermediate_size", "-30", "MLP width must be between 1 and 262144, not -30")]
    [InlineData("num_attention_heads", "7", "head_dim 6 is not hidden_size / num_attention_heads = 4")]
    [InlineData("num_attention_heads", "0", "heads must be between 1 and 4096, not 0")]
    [InlineData("num_key_value_heads", "1", "num_key_value_heads 1 is not num_attention_heads 5: grouped queries are not supported")]
    [InlineData("rope_scaling", "{\"type\":\"linear\"}", "rope_scaling is not supported")]
    [InlineData("attention_bias", "true", "attention_bias true is not supported: there are no biases")]
    [InlineData("sz_scale", "null", "sz_scale is missing")]
    [InlineData("vocab_size", "99999999", "vocabulary size must be between 2 and 16777216, not 99999999")]
    public void A_foreign_or_wrong_file_is_refused(string key, string value, string expected)
    {
        JsonObject json = JsonNode.Parse(ModelConfigJson.Serialize(Example))!.AsObject();
        json[key] = JsonNode.Parse(value);
        FileFormatException e = Assert.Throws<FileFormatException>(() => ModelConfigJson.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()), "m"));
        Assert.StartsWith($"m: {expected}", e.Message);
    }

    [Fact]
    public void Keys_of_other_tools_are_left_alone()
    {
        JsonObject json = JsonNode.Parse(ModelConfigJson.Serialize(Example))!.AsObject();
        json["transformers_version"] = "4.0";
        json["rope_scaling"] = null;
        json["num_key_value_heads"] = 5;
        Assert.Equal(Example, ModelConfigJson.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()), "m"));
    }
}
