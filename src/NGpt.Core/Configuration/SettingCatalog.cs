namespace NGpt.Core.Configuration;

/// <summary>
/// Every setting of a run, once: the command line, the configuration file and the documentation are made from this
/// list. <c>preset</c> and <c>config</c> choose layers of settings and are no settings themselves.
/// </summary>
public static class SettingCatalog
{
    /// <summary>Model family: the normalized Transformer, or the GPT baseline.</summary>
    public static Setting<Architecture> Architecture { get; } = new(
        "arch", SettingGroup.Model, SettingValues.OneOf(ConfigurationNames.Architectures), "ngpt|gpt",
        "Model family: the normalized Transformer, or the GPT baseline");

    /// <summary>Number of blocks (L).</summary>
    public static Setting<int> Layers { get; } = new(
        "layers", SettingGroup.Model, SettingValues.Integer(), "N",
        "Number of blocks (L)", "n_layer");

    /// <summary>Number of attention heads (H); divides the embedding width.</summary>
    public static Setting<int> Heads { get; } = new(
        "heads", SettingGroup.Model, SettingValues.Integer(), "N",
        "Number of attention heads (H); divides the embedding width", "n_head");

    /// <summary>Width of the embedding (C).</summary>
    public static Setting<int> EmbeddingWidth { get; } = new(
        "embedding-width", SettingGroup.Model, SettingValues.Integer(), "N",
        "Width of the embedding (C)", "n_embd");

    /// <summary>Width of the MLP's hidden state (F); default 4 times the embedding width.</summary>
    public static Setting<int> MlpWidth { get; } = new(
        "mlp-width", SettingGroup.Model, SettingValues.Integer(), "N",
        "Width of the MLP's hidden state (F); default 4 times the embedding width");

    /// <summary>Tokens in one training sequence (T).</summary>
    public static Setting<int> ContextLength { get; } = new(
        "context-length", SettingGroup.Model, SettingValues.Integer(), "N",
        "Tokens in one training sequence (T)", "block_size");

    /// <summary>Base of the rotary frequencies; default 10000.</summary>
    public static Setting<double> RopeTheta { get; } = new(
        "rope-theta", SettingGroup.Model, SettingValues.Number(), "THETA",
        "Base of the rotary frequencies; default 10000");

    /// <summary>nGPT: effective start of the eigen learning rates (alpha); default 0.05.</summary>
    public static Setting<double> AlphaInitial { get; } = new(
        "alpha-init", SettingGroup.Model, SettingValues.Number(), "X",
        "nGPT: effective start of the eigen learning rates (alpha); default 0.05");

    /// <summary>nGPT: stored start of the eigen learning rates (alpha); default 1/sqrt(C).</summary>
    public static Setting<double> AlphaScale { get; } = new(
        "alpha-scale", SettingGroup.Model, SettingValues.Number(), "X",
        "nGPT: stored start of the eigen learning rates (alpha); default 1/sqrt(C)");

    /// <summary>nGPT: whether the eigen learning rates (alpha) are a vector or one number; default vector.</summary>
    public static Setting<ScaleShape> AlphaShape { get; } = new(
        "alpha-shape", SettingGroup.Model, SettingValues.OneOf(ConfigurationNames.ScaleShapes), "vector|scalar",
        "nGPT: whether the eigen learning rates (alpha) are a vector or one number; default vector");

    /// <summary>nGPT: effective start of the query and key scale; default 1.</summary>
    public static Setting<double> QueryKeyInitial { get; } = new(
        "sqk-init", SettingGroup.Model, SettingValues.Number(), "X",
        "nGPT: effective start of the query and key scale; default 1");

    /// <summary>nGPT: stored start of the query and key scale; default 1/sqrt(C).</summary>
    public static Setting<double> QueryKeyScale { get; } = new(
        "sqk-scale", SettingGroup.Model, SettingValues.Number(), "X",
        "nGPT: stored start of the query and key scale; default 1/sqrt(C)");

    /// <summary>nGPT: whether the query and key scale is a vector or one number; default vector.</summary>
    public static Setting<ScaleShape> QueryKeyShape { get; } = new(
        "sqk-shape", SettingGroup.Model, SettingValues.OneOf(ConfigurationNames.ScaleShapes), "vector|scalar",
        "nGPT: whether the query and key scale is a vector or one number; default vector");

    /// <summary>nGPT: whether queries and keys become unit vectors or keep their lengths; default norm.</summary>
    public static Setting<QueryKeyNormalization> QueryKeyNormalization { get; } = new(
        "qk-norm", SettingGroup.Model, SettingValues.OneOf(ConfigurationNames.QueryKeyNormalizations), "norm|none",
        "nGPT: whether queries and keys become unit vectors before their scale, or keep their lengths; default norm");

    /// <summary>nGPT: effective start of the scale of the MLP's up projection; default 1.</summary>
    public static Setting<double> UpInitial { get; } = new(
        "su-init", SettingGroup.Model, SettingValues.Number(), "X",
        "nGPT: effective start of the scale of the MLP's up projection; default 1");

    /// <summary>nGPT: stored start of the scale of the MLP's up projection; default 1.</summary>
    public static Setting<double> UpScale { get; } = new(
        "su-scale", SettingGroup.Model, SettingValues.Number(), "X",
        "nGPT: stored start of the scale of the MLP's up projection; default 1");

    /// <summary>nGPT: whether the scale of the MLP's up projection is a vector or one number; default vector.</summary>
    public static Setting<ScaleShape> UpShape { get; } = new(
        "su-shape", SettingGroup.Model, SettingValues.OneOf(ConfigurationNames.ScaleShapes), "vector|scalar",
        "nGPT: whether the scale of the MLP's up projection is a vector or one number; default vector");

    /// <summary>nGPT: effective start of the scale of the MLP's gate projection; default 1.</summary>
    public static Setting<double> GateInitial { get; } = new(
        "sv-init", SettingGroup.Model, SettingValues.Number(), "X",
        "nGPT: effective start of the scale of the MLP's gate projection; default 1");

    /// <summary>nGPT: stored start of the scale of the MLP's gate projection; default 1.</summary>
    public static Setting<double> GateScale { get; } = new(
        "sv-scale", SettingGroup.Model, SettingValues.Number(), "X",
        "nGPT: stored start of the scale of the MLP's gate projection; default 1");

    /// <summary>nGPT: whether the scale of the MLP's gate projection is a vector or one number; default vector.</summary>
    public static Setting<ScaleShape> GateShape { get; } = new(
        "sv-shape", SettingGroup.Model, SettingValues.OneOf(ConfigurationNames.ScaleShapes), "vector|scalar",
        "nGPT: whether the scale of the MLP's gate projection is a vector or one number; default vector");

    /// <summary>nGPT: effective start of the logit scale; default 1.</summary>
    public static Setting<double> LogitInitial { get; } = new(
        "sz-init", SettingGroup.Model, SettingValues.Number(), "X",
        "nGPT: effective start of the logit scale; default 1");

    /// <summary>nGPT: stored start of the logit scale; default 1/sqrt(C).</summary>
    public static Setting<double> LogitScale { get; } = new(
        "sz-scale", SettingGroup.Model, SettingValues.Number(), "X",
        "nGPT: stored start of the logit scale; default 1/sqrt(C)");

    /// <summary>nGPT: whether the logit scale is a vector or one number; default vector.</summary>
    public static Setting<ScaleShape> LogitShape { get; } = new(
        "sz-shape", SettingGroup.Model, SettingValues.OneOf(ConfigurationNames.ScaleShapes), "vector|scalar",
        "nGPT: whether the logit scale is a vector or one number; default vector");

    /// <summary>Optimizer steps of the whole run.</summary>
    public static Setting<int> Steps { get; } = new(
        "steps", SettingGroup.Training, SettingValues.Integer(), "N",
        "Optimizer steps of the whole run", "max_iters");

    /// <summary>Sequences in one pass (B).</summary>
    public static Setting<int> BatchSize { get; } = new(
        "batch-size", SettingGroup.Training, SettingValues.Integer(), "N",
        "Sequences in one pass (B)");

    /// <summary>Passes averaged into one step; default by preset.</summary>
    public static Setting<int> GradientAccumulation { get; } = new(
        "gradient-accumulation", SettingGroup.Training, SettingValues.Integer(), "N",
        "Passes averaged into one step; default by preset", "gradient_accumulation_steps");

    /// <summary>Peak learning rate; default by preset and architecture.</summary>
    public static Setting<double> LearningRate { get; } = new(
        "learning-rate", SettingGroup.Training, SettingValues.Number(), "RATE",
        "Peak learning rate; default by preset and architecture");

    /// <summary>Learning rate at the end of the schedule; default 0.</summary>
    public static Setting<double> MinLearningRate { get; } = new(
        "min-learning-rate", SettingGroup.Training, SettingValues.Number(), "RATE",
        "Learning rate at the end of the schedule; default 0", "min_lr");

    /// <summary>nGPT: how rates and the starts of scales follow from the size of the run; default published.</summary>
    public static Setting<Parametrization> Parametrization { get; } = new(
        "parametrization", SettingGroup.Training, SettingValues.OneOf(ConfigurationNames.Parametrizations), "published|nugpt",
        "nGPT: how learning rates and the starts of the scales follow from the size; default published; with nugpt the learning rate is that of a tuned base model, and is adapted to this one");

    /// <summary>nugpt: width of the embedding of the base model.</summary>
    public static Setting<int> BaseWidth { get; } = new(
        "base-width", SettingGroup.Training, SettingValues.Integer(min: 1), "N",
        "nugpt: embedding width of the base model");

    /// <summary>nugpt: number of blocks of the base model.</summary>
    public static Setting<int> BaseLayers { get; } = new(
        "base-layers", SettingGroup.Training, SettingValues.Integer(min: 1), "N",
        "nugpt: number of blocks of the base model");

    /// <summary>nugpt: tokens that the base model was trained on.</summary>
    public static Setting<long> BaseTokens { get; } = new(
        "base-tokens", SettingGroup.Training, SettingValues.LongInteger(min: 1), "N",
        "nugpt: tokens that the base model was trained on (steps times tokens a step)");

    /// <summary>How the learning rate moves after the warmup; default cosine.</summary>
    public static Setting<LearningRateSchedule> Schedule { get; } = new(
        "schedule", SettingGroup.Training, SettingValues.OneOf(ConfigurationNames.Schedules), "cosine|linear|constant|wsd",
        "How the learning rate moves after the warmup; default cosine");

    /// <summary>Steps of linear rise to the peak; default 0 for nGPT, 5% of the steps (at most 2000) for GPT.</summary>
    public static Setting<int> WarmupSteps { get; } = new(
        "warmup-steps", SettingGroup.Training, SettingValues.Integer(), "N",
        "Steps of linear rise to the peak; default 0 for nGPT, 5% of the steps (at most 2000) for GPT", "warmup_iters");

    /// <summary>Step at which the schedule ends; default the last step.</summary>
    public static Setting<int> DecaySteps { get; } = new(
        "decay-steps", SettingGroup.Training, SettingValues.Integer(), "N",
        "Step at which the schedule ends; default the last step", "lr_decay_iters");

    /// <summary>wsd: share of the schedule over which the rate falls; default 0.2.</summary>
    public static Setting<double> DecayFraction { get; } = new(
        "decay-fraction", SettingGroup.Training, SettingValues.Number(), "X",
        "wsd: share of the schedule over which the rate falls; default 0.2");

    /// <summary>Decoupled weight decay of matrices; default 0 for nGPT, 0.1 for GPT.</summary>
    public static Setting<double> WeightDecay { get; } = new(
        "weight-decay", SettingGroup.Training, SettingValues.Number(), "X",
        "Decoupled weight decay of matrices; default 0 for nGPT, 0.1 for GPT");

    /// <summary>Decay of Adam's first moment; default 0.9.</summary>
    public static Setting<double> Beta1 { get; } = new(
        "beta1", SettingGroup.Training, SettingValues.Number(), "X",
        "Decay of Adam's first moment; default 0.9");

    /// <summary>Decay of Adam's second moment; default 0.95.</summary>
    public static Setting<double> Beta2 { get; } = new(
        "beta2", SettingGroup.Training, SettingValues.Number(), "X",
        "Decay of Adam's second moment; default 0.95");

    /// <summary>Added to the root of Adam's second moment; default 1e-8.</summary>
    public static Setting<double> AdamEpsilon { get; } = new(
        "adam-epsilon", SettingGroup.Training, SettingValues.Number(), "X",
        "Added to the root of Adam's second moment; default 1e-8");

    /// <summary>Largest global gradient norm, 0 for none; default 1.</summary>
    public static Setting<double> GradientClip { get; } = new(
        "gradient-clip", SettingGroup.Training, SettingValues.Number(), "NORM",
        "Largest global gradient norm, 0 for none; default 1", "grad_clip");

    /// <summary>Steps between evaluations on held-out text.</summary>
    public static Setting<int> EvalInterval { get; } = new(
        "eval-interval", SettingGroup.Training, SettingValues.Integer(), "N",
        "Steps between evaluations on held-out text");

    /// <summary>Batches in one evaluation.</summary>
    public static Setting<int> EvalBatches { get; } = new(
        "eval-batches", SettingGroup.Training, SettingValues.Integer(), "N",
        "Batches in one evaluation", "eval_iters");

    /// <summary>Steps between the lines that are written and shown.</summary>
    public static Setting<int> LogInterval { get; } = new(
        "log-interval", SettingGroup.Training, SettingValues.Integer(), "N",
        "Steps between the lines that are written and shown");

    /// <summary>Steps between checkpoints; the last step is always saved.</summary>
    public static Setting<int> CheckpointInterval { get; } = new(
        "checkpoint-interval", SettingGroup.Training, SettingValues.Integer(), "N",
        "Steps between checkpoints; the last step is always saved");

    /// <summary>How many of the newest checkpoints to keep, besides the best; default 3.</summary>
    public static Setting<int> KeepCheckpoints { get; } = new(
        "keep-checkpoints", SettingGroup.Training, SettingValues.Integer(), "N",
        "How many of the newest checkpoints to keep, besides the best; default 3");

    /// <summary>Seed of the parameters and of the order of the data; default 1337.</summary>
    public static Setting<long> Seed { get; } = new(
        "seed", SettingGroup.Training, SettingValues.Long, "N",
        "Seed of the parameters and of the order of the data; default 1337");

    /// <summary>Text to train on, or prepared tokens: a file or a folder; default the documentation of the .NET SDK.</summary>
    public static Setting<string> Data { get; } = new(
        "data", SettingGroup.Data, SettingValues.Text, "PATH",
        "Text to train on, or prepared tokens: a file or a folder; default the documentation of the .NET SDK", "dataset");

    /// <summary>How text becomes tokens.</summary>
    public static Setting<string> Tokenizer { get; } = new(
        "tokenizer", SettingGroup.Data, SettingValues.Checked(SettingChecks.Tokenizer), "NAME|PATH",
        "How text becomes tokens: bytes, characters, bpe or bpe:N (trained on the text, N tokens), or a tokenizer file; default bpe for the documentation of the .NET SDK, bytes for other text");

    /// <summary>Share of the text that is held out, between 0 and 1.</summary>
    public static Setting<double> ValidationFraction { get; } = new(
        "validation-fraction", SettingGroup.Data, SettingValues.Number(above: 0, below: 1), "X",
        "Share of the text that is held out, between 0 and 1");

    /// <summary>How training windows are chosen; default shuffled.</summary>
    public static Setting<WindowSampling> Sampling { get; } = new(
        "sampling", SettingGroup.Data, SettingValues.OneOf(ConfigurationNames.Samplings), "shuffled|random",
        "Training windows: each once an epoch in random order, or drawn anywhere with replacement; default shuffled");

    /// <summary>What the tokens of a window see of each other; default stream.</summary>
    public static Setting<WindowPacking> Packing { get; } = new(
        "packing", SettingGroup.Data, SettingValues.OneOf(ConfigurationNames.Packings), "stream|documents",
        "What a token sees: all earlier tokens of its window, or those of its own document; default stream");

    /// <summary>Folder of the run; default a new one under runs.</summary>
    public static Setting<string> Out { get; } = new(
        "out", SettingGroup.Run, SettingValues.Text, "FOLDER",
        "Folder of the run; default a new one under runs", "out_dir");

    /// <summary>Where to compute; default auto.</summary>
    public static Setting<string> Device { get; } = new(
        "device", SettingGroup.Run, SettingValues.Word(SettingChecks.Device), "auto|cpu|cuda|cuda:N",
        "Where to compute; default auto");

    /// <summary>Type of the matrix products; default auto.</summary>
    public static Setting<string> DataType { get; } = new(
        "dtype", SettingGroup.Run, SettingValues.Word(SettingChecks.DataType), "auto|bf16|float32",
        "Type of the matrix products, weights stay float32; default auto: bf16 where it is fast");

    /// <summary>What computes the steps; default auto.</summary>
    public static Setting<string> Engine { get; } = new(
        "engine", SettingGroup.Run, SettingValues.Word(SettingChecks.Engine), "auto|fast|plain",
        "What computes the steps; default auto: the fast engine where it can, else the plain modules");

    /// <summary>Compute activations again in the backward pass instead of keeping them.</summary>
    public static Setting<bool> Recompute { get; } = new(
        "recompute", SettingGroup.Run, SettingValues.Flag, "true|false",
        "Fast engine: compute activations again in the backward pass, for long contexts in less memory");

    /// <summary>Print what training would need of memory, and stop.</summary>
    public static Setting<bool> ExplainMemory { get; } = new(
        "explain-memory", SettingGroup.Run, SettingValues.Flag, "true|false",
        "Print what training would need of memory, and stop");

    /// <summary>CPU threads; default the number of cores.</summary>
    public static Setting<int> Threads { get; } = new(
        "threads", SettingGroup.Run, SettingValues.Integer(min: 1), "N",
        "CPU threads; default the number of cores");

    /// <summary>Start a new run from the weights of a checkpoint.</summary>
    public static Setting<string> InitFrom { get; } = new(
        "init-from", SettingGroup.Run, SettingValues.Text, "PATH",
        "Start a new run from the weights of a checkpoint");

    /// <summary>Continue a run exactly: auto for the newest, or the run's folder.</summary>
    public static Setting<string> Resume { get; } = new(
        "resume", SettingGroup.Run, SettingValues.Text, "auto|PATH",
        "Continue a run exactly: auto for the newest, or the run's folder");

    /// <summary>Evaluate once and stop.</summary>
    public static Setting<bool> EvalOnly { get; } = new(
        "eval-only", SettingGroup.Run, SettingValues.Flag, "true|false",
        "Evaluate once and stop");

    /// <summary>Save and stop (exit code 75) after this time: seconds, or 90s, 6m, 1h.</summary>
    public static Setting<TimeSpan> TimeLimit { get; } = new(
        "time-limit", SettingGroup.Run, SettingValues.Duration, "TIME",
        "Save and stop (exit code 75) after this time: seconds, or 90s, 6m, 1h", "time_limit_seconds");

    /// <summary>Length of the text written at the end, 0 for none.</summary>
    public static Setting<int> SampleTokens { get; } = new(
        "sample-tokens", SettingGroup.Run, SettingValues.Integer(min: 0), "N",
        "Length of the text written at the end, 0 for none");

    /// <summary>All settings, group by group, in the order of the help.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        Architecture, Layers, Heads, EmbeddingWidth, MlpWidth, ContextLength, RopeTheta, AlphaInitial, AlphaScale, AlphaShape,
        QueryKeyInitial, QueryKeyScale, QueryKeyShape, QueryKeyNormalization, UpInitial, UpScale, UpShape, GateInitial, GateScale,
        GateShape, LogitInitial, LogitScale, LogitShape,
        Steps, BatchSize, GradientAccumulation, LearningRate, MinLearningRate, Parametrization, BaseWidth, BaseLayers, BaseTokens,
        Schedule, WarmupSteps, DecaySteps, DecayFraction, WeightDecay, Beta1, Beta2, AdamEpsilon, GradientClip, EvalInterval,
        EvalBatches, LogInterval, CheckpointInterval, KeepCheckpoints, Seed,
        Data, Tokenizer, ValidationFraction, Sampling, Packing,
        Out, Device, DataType, Engine, Recompute, Threads, InitFrom, Resume, EvalOnly, ExplainMemory, TimeLimit, SampleTokens,
    ];

    /// <summary>The settings of nGPT's scales and of what they scale, which the baseline does not have.</summary>
    public static IReadOnlyList<Setting> Scales { get; } =
    [
        AlphaInitial, AlphaScale, AlphaShape, QueryKeyInitial, QueryKeyScale, QueryKeyShape, QueryKeyNormalization, UpInitial, UpScale,
        UpShape, GateInitial, GateScale, GateShape, LogitInitial, LogitScale, LogitShape,
    ];

    /// <summary>The settings of the base model that νGPT transfers from.</summary>
    public static IReadOnlyList<Setting> Base { get; } = [BaseWidth, BaseLayers, BaseTokens];

    private static Dictionary<string, Setting> ByName { get; } = All
        .SelectMany(setting => setting.AllNames, (setting, name) => (setting, name))
        .ToDictionary(pair => pair.name, pair => pair.setting, StringComparer.Ordinal);

    /// <summary>Finds a setting by any of its names.</summary>
    /// <param name="name">Kebab-case, snake_case or nanoGPT's name, without dashes in front.</param>
    /// <returns>The setting, or null where no setting has that name.</returns>
    public static Setting? Find(string name) => ByName.GetValueOrDefault(name);
}
