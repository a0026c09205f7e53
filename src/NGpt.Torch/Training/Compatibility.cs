using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;
using NGpt.Data.Preparation;

namespace NGpt.Torch.Training;

/// <summary>Rejects data, weights or tokenizers that do not fit a model, naming the difference.</summary>
internal static class Compatibility
{
    public static void RequireSameData(RunConfig stored, Dataset dataset)
    {
        if (dataset.Fingerprint != stored.Data.Fingerprint)
        {
            throw new NGptException(
                $"the data has changed since the run began, and its tokens are not in the cache: {dataset.Summary.Source} now gives {dataset.Train.Count:N0} training tokens "
                + $"with fingerprint {dataset.Fingerprint[..12]}, the run was trained on {stored.Data.Fingerprint[..12]}",
                "to train these weights on the new data, start a new run with --init-from; to resume this one, give the location of the old data with --data");
        }
    }

    public static void RequireSameModel(ModelConfig asked, ModelConfig saved, string path)
    {
        string[] differences = [.. Differences(asked, saved)];
        if (differences.Length > 0)
        {
            throw new UsageException(
                $"{path} holds another model: {string.Join("; ", differences)}",
                "give the same sizes, or start a new model");
        }
    }

    public static void RequireSameTokenizer(ITokenizer data, ITokenizer model, string source)
    {
        if (!data.IsSameAs(model))
        {
            throw new UsageException(
                $"{source} has another tokenizer than the data: {TokenizerExtensions.Difference(model, data)}",
                "give the model's own tokenizer: --tokenizer PATH of the tokenizer.json beside its weights");
        }
    }

    // The context length and the recipe may change with the weights kept; sizes and scales may not.
    private static IEnumerable<string> Differences(ModelConfig asked, ModelConfig saved)
    {
        (string Name, object? Saved, object? Asked)[] fields =
        [
            ("arch", saved.Architecture.Name(), asked.Architecture.Name()),
            ("vocabulary size", saved.VocabularySize, asked.VocabularySize),
            ("layers", saved.LayerCount, asked.LayerCount),
            ("heads", saved.HeadCount, asked.HeadCount),
            ("embedding width", saved.EmbeddingWidth, asked.EmbeddingWidth),
            ("MLP width", saved.MlpWidth, asked.MlpWidth),
            ("RoPE theta", saved.RopeTheta, asked.RopeTheta),
            ("qk-norm", saved.Scales?.QueryKeyNormalization.Name(), asked.Scales?.QueryKeyNormalization.Name()),
            ("RMSNorm epsilon", saved.RmsNormEpsilon, asked.RmsNormEpsilon),
        ];
        foreach ((string name, object? old, object? now) in fields.Where(field => !Equals(field.Saved, field.Asked) && field is { Saved: not null, Asked: not null }))
        {
            yield return $"{name} is {old} there, {now} here";
        }

        // Their defaults follow the width: where that differs, it is the difference to name.
        if (saved.EmbeddingWidth == asked.EmbeddingWidth && saved.Scales is NGptScales there && asked.Scales is NGptScales here)
        {
            (string Name, ScaleSetting Saved, ScaleSetting Asked)[] scales =
            [
                ("alpha", there.Alpha, here.Alpha),
                ("sqk", there.QueryKey, here.QueryKey),
                ("su", there.Up, here.Up),
                ("sv", there.Gate, here.Gate),
                ("sz", there.Logit, here.Logit),
            ];
            foreach ((string name, ScaleSetting old, ScaleSetting now) in scales.Where(scale => scale.Saved != scale.Asked))
            {
                yield return old.Shape != now.Shape ? $"{name} is a {old.Shape.Name()} there, a {now.Shape.Name()} here"
                    : $"{name} starts at {old.Initial} (stored as {old.Scale}) there, {now.Initial} (stored as {now.Scale}) here";
            }
        }
    }
}
