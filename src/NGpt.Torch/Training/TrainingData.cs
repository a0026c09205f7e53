using NGpt.Core.Data;
using NGpt.Core.Tokenizers;
using NGpt.Data.Preparation;

namespace NGpt.Torch.Training;

/// <summary>What the training loop reads.</summary>
/// <param name="Train">The training tokens.</param>
/// <param name="Validation">The tokens held out.</param>
/// <param name="Tokenizer">The tokenizer that made them.</param>
internal sealed record TrainingData(TokenShards Train, TokenShards Validation, ITokenizer Tokenizer)
{
    /// <summary>The same of prepared data.</summary>
    /// <param name="dataset">The prepared data, which still own the files.</param>
    public static TrainingData Of(Dataset dataset) => new(dataset.Train, dataset.Validation, dataset.Tokenizer);
}
