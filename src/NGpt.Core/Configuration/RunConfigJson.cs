using System.Text.Json;
using NGpt.Core.Errors;

namespace NGpt.Core.Configuration;

/// <summary>
/// The run folder's <c>config.json</c>: the resolved run, with snake_case keys and a version. Every key is required
/// and an unknown one is an error, so that what was run is never guessed. Numbers survive exactly. Only <c>precision</c>,
/// <c>engine</c>, <c>sampling</c> and <c>packing</c> may be absent: the first runs knew nothing but float32, the plain
/// modules, and shuffled windows of one stream of tokens. What only variants have is written only for them: the shape of
/// a scale, <c>qk_norm</c>, the factors of the learning rate and <c>nugpt_base</c>.
/// </summary>
public static class RunConfigJson
{
    private const string TokenEmbeddingFactor = "token_embedding_rate_factor";
    private const string MatricesFactor = "matrices_rate_factor";
    private const string VectorsFactor = "vectors_rate_factor";

    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    /// <summary>Writes a configuration.</summary>
    /// <param name="config">A configuration whose validation found nothing.</param>
    /// <returns>Indented UTF-8 JSON that ends with a line feed.</returns>
    public static byte[] Serialize(RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, Indented))
        {
            json.WriteStartObject();
            json.WriteNumber("version", config.Version);
            json.WriteString("preset", config.Preset);
            WriteModel(json, config.Model);
            WriteTraining(json, config.Training);
            WriteData(json, config.Data);
            json.WriteString("precision", config.Precision.Name());
            json.WriteString("engine", config.Engine.Name());
            if (config.InitFrom is string source)
            {
                json.WriteString("init_from", source);
            }

            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    /// <summary>Reads and checks a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>A configuration whose validation found nothing.</returns>
    /// <exception cref="FileFormatException">The file is missing, damaged, of a newer version, or impossible.</exception>
    public static RunConfig Load(string path) => Parse(JsonObjectReader.ReadFile(path), path);

    /// <summary>Reads and checks a configuration.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="path">The file to name in messages.</param>
    /// <returns>A configuration whose validation found nothing.</returns>
    /// <exception cref="FileFormatException">The text is damaged, of a newer version, or impossible.</exception>
    public static RunConfig Parse(ReadOnlyMemory<byte> json, string path) => JsonObjectReader.Read(json, path, reader =>
    {
        int version = reader.Integer("version");
        if (version > RunConfig.CurrentVersion)
        {
            throw new FileFormatException(
                path,
                $"the run was written by a newer version (config version {version}; this program knows {RunConfig.CurrentVersion})",
                "Use the newer version of ngpt");
        }

        if (version < 1 && reader.Problems.Count == 0)
        {
            reader.Problems.Add($"version {version} is below 1");
        }

        RunConfig config = new()
        {
            Version = version,
            Preset = reader.Text("preset"),
            Model = ReadModel(reader.Object("model")),
            Training = ReadTraining(reader.Object("training")),
            Data = ReadData(reader.Object("data")),
            Precision = reader.Choice("precision", ConfigurationNames.Precisions, Precision.F32),
            Engine = reader.Choice("engine", ConfigurationNames.Engines, EngineKind.Plain),
            InitFrom = reader.Has("init_from") ? reader.Text("init_from") : null,
        };
        reader.RefuseUnknownKeys();
        if (reader.Problems.Count == 0)
        {
            reader.Problems.AddRange(config.Validate());
        }

        return config;
    });

    private static void WriteModel(Utf8JsonWriter json, ModelConfig model)
    {
        json.WriteStartObject("model");
        json.WriteString("architecture", model.Architecture.Name());
        json.WriteNumber("vocabulary_size", model.VocabularySize);
        json.WriteNumber("layers", model.LayerCount);
        json.WriteNumber("heads", model.HeadCount);
        json.WriteNumber("embedding_width", model.EmbeddingWidth);
        json.WriteNumber("mlp_width", model.MlpWidth);
        json.WriteNumber("context_length", model.ContextLength);
        json.WriteNumber("rope_theta", model.RopeTheta);
        json.WriteNumber("rms_norm_epsilon", model.RmsNormEpsilon);
        if (model.Scales is NGptScales scales)
        {
            json.WriteStartObject("scales");
            ScaleKeys.Write(json, scales);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static ModelConfig ReadModel(JsonObjectReader reader)
    {
        NGptScales? scales = null;
        if (reader.Has("scales"))
        {
            JsonObjectReader inner = reader.Object("scales");
            scales = ScaleKeys.Read(inner);
            inner.RefuseUnknownKeys();
        }

        ModelConfig model = new()
        {
            Architecture = reader.Choice("architecture", ConfigurationNames.Architectures),
            VocabularySize = reader.Integer("vocabulary_size"),
            LayerCount = reader.Integer("layers"),
            HeadCount = reader.Integer("heads"),
            EmbeddingWidth = reader.Integer("embedding_width"),
            MlpWidth = reader.Integer("mlp_width"),
            ContextLength = reader.Integer("context_length"),
            RopeTheta = reader.Number("rope_theta"),
            RmsNormEpsilon = reader.Number("rms_norm_epsilon"),
            Scales = scales,
        };
        reader.RefuseUnknownKeys();
        return model;
    }

    private static void WriteTraining(Utf8JsonWriter json, TrainingConfig training)
    {
        json.WriteStartObject("training");
        json.WriteNumber("steps", training.Steps);
        json.WriteNumber("batch_size", training.BatchSize);
        json.WriteNumber("gradient_accumulation", training.GradientAccumulation);
        json.WriteNumber("learning_rate", training.LearningRate);
        json.WriteNumber("min_learning_rate", training.MinLearningRate);
        WriteFactor(json, TokenEmbeddingFactor, training.LearningRateFactors.TokenEmbedding);
        WriteFactor(json, MatricesFactor, training.LearningRateFactors.Matrices);
        WriteFactor(json, VectorsFactor, training.LearningRateFactors.Vectors);
        if (training.NuGptBase is NuGptBase tuned)
        {
            json.WriteStartObject("nugpt_base");
            json.WriteNumber("width", tuned.Width);
            json.WriteNumber("layers", tuned.Layers);
            json.WriteNumber("tokens", tuned.Tokens);
            json.WriteNumber("learning_rate", tuned.LearningRate);
            json.WriteNumber("min_learning_rate", tuned.MinLearningRate);
            json.WriteEndObject();
        }

        json.WriteString("schedule", training.Schedule.Name());
        json.WriteNumber("warmup_steps", training.WarmupSteps);
        json.WriteNumber("decay_steps", training.DecaySteps);
        json.WriteNumber("decay_fraction", training.DecayFraction);
        json.WriteNumber("weight_decay", training.WeightDecay);
        json.WriteNumber("beta1", training.Beta1);
        json.WriteNumber("beta2", training.Beta2);
        json.WriteNumber("adam_epsilon", training.AdamEpsilon);
        json.WriteNumber("gradient_clip", training.GradientClip);
        json.WriteNumber("seed", training.Seed);
        json.WriteNumber("eval_interval", training.EvalInterval);
        json.WriteNumber("eval_batches", training.EvalBatches);
        json.WriteNumber("log_interval", training.LogInterval);
        json.WriteNumber("checkpoint_interval", training.CheckpointInterval);
        json.WriteNumber("keep_checkpoints", training.KeepCheckpoints);
        json.WriteEndObject();
    }

    private static void WriteFactor(Utf8JsonWriter json, string key, double factor)
    {
        if (factor != 1)
        {
            json.WriteNumber(key, factor);
        }
    }

    private static NuGptBase ReadNuGptBase(JsonObjectReader reader)
    {
        NuGptBase tuned = new(
            reader.Integer("width"), reader.Integer("layers"), reader.Long("tokens"), reader.Number("learning_rate"), reader.Number("min_learning_rate"));
        reader.RefuseUnknownKeys();
        return tuned;
    }

    private static TrainingConfig ReadTraining(JsonObjectReader reader)
    {
        TrainingConfig training = new()
        {
            Steps = reader.Integer("steps"),
            BatchSize = reader.Integer("batch_size"),
            GradientAccumulation = reader.Integer("gradient_accumulation"),
            LearningRate = reader.Number("learning_rate"),
            MinLearningRate = reader.Number("min_learning_rate"),
            LearningRateFactors = new LearningRateFactors(
                reader.Number(TokenEmbeddingFactor, 1), reader.Number(MatricesFactor, 1), reader.Number(VectorsFactor, 1)),
            NuGptBase = reader.Has("nugpt_base") ? ReadNuGptBase(reader.Object("nugpt_base")) : null,
            Schedule = reader.Choice("schedule", ConfigurationNames.Schedules),
            WarmupSteps = reader.Integer("warmup_steps"),
            DecaySteps = reader.Integer("decay_steps"),
            DecayFraction = reader.Number("decay_fraction"),
            WeightDecay = reader.Number("weight_decay"),
            Beta1 = reader.Number("beta1"),
            Beta2 = reader.Number("beta2"),
            AdamEpsilon = reader.Number("adam_epsilon"),
            GradientClip = reader.Number("gradient_clip"),
            Seed = reader.Long("seed"),
            EvalInterval = reader.Integer("eval_interval"),
            EvalBatches = reader.Integer("eval_batches"),
            LogInterval = reader.Integer("log_interval"),
            CheckpointInterval = reader.Integer("checkpoint_interval"),
            KeepCheckpoints = reader.Integer("keep_checkpoints"),
        };
        reader.RefuseUnknownKeys();
        return training;
    }

    private static void WriteData(Utf8JsonWriter json, DataConfig data)
    {
        json.WriteStartObject("data");
        json.WriteString("source", data.Source);
        json.WriteString("tokenizer", data.Tokenizer);
        if (data.ValidationFraction is double fraction)
        {
            json.WriteNumber("validation_fraction", fraction);
        }

        json.WriteString("sampling", data.Sampling.Name());
        json.WriteString("packing", data.Packing.Name());
        json.WriteString("fingerprint", data.Fingerprint);
        json.WriteEndObject();
    }

    private static DataConfig ReadData(JsonObjectReader reader)
    {
        DataConfig data = new()
        {
            Source = reader.Text("source"),
            Tokenizer = reader.Text("tokenizer"),
            ValidationFraction = reader.Has("validation_fraction") ? reader.Number("validation_fraction") : null,
            Sampling = reader.Choice("sampling", ConfigurationNames.Samplings, WindowSampling.Shuffled),
            Packing = reader.Choice("packing", ConfigurationNames.Packings, WindowPacking.Stream),
            Fingerprint = reader.Text("fingerprint"),
        };
        if (data.ValidationFraction is not (null or (> 0 and < 1)))
        {
            reader.Problems.Add($"data.validation_fraction {data.ValidationFraction} is not between 0 and 1");
        }

        if (data.Fingerprint.Length > 0 && !(data.Fingerprint.Length == 64 && data.Fingerprint.All(char.IsAsciiHexDigit)))
        {
            reader.Problems.Add("data.fingerprint is not 64 hexadecimal digits");
        }

        reader.RefuseUnknownKeys();
        return data;
    }
}
