using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Data.Preparation;
using NGpt.Torch.Training;

namespace NGpt.Lab.Runs;

/// <summary>The text that all runs of an experiment share.</summary>
internal static class ExperimentData
{
    /// <summary>Prepares or opens it.</summary>
    /// <param name="layers">The settings of one of the runs.</param>
    /// <param name="fingerprint">Fingerprint of the data that the experiment was begun with; null where it begins now.</param>
    /// <param name="folder">The experiment's folder, for the message.</param>
    /// <param name="experiment">What it holds, for example <c>a comparison</c>.</param>
    /// <param name="observer">Receives what is prepared.</param>
    /// <param name="stop">Asks to stop.</param>
    /// <returns>The data; the caller disposes it.</returns>
    /// <exception cref="NGptException">It cannot be read, or is not what the experiment was begun with.</exception>
    public static Dataset Prepare(
        SettingLayers layers, string? fingerprint, string folder, string experiment, IExperimentObserver observer, CancellationToken stop)
    {
        string source = layers.GetGiven(SettingCatalog.Data) as string ?? DataConfig.SdkDocumentation;
        string? tokenizer = layers.TryGet(SettingCatalog.Tokenizer, out string? word) ? word : null;
        double? fraction = layers.TryGet(SettingCatalog.ValidationFraction, out double share) ? share : null;
        Dataset dataset = new DataPreparation(new RunObserver(observer, [])).Prepare(source, tokenizer, fraction, stop);
        if (fingerprint is not null && fingerprint != dataset.Fingerprint)
        {
            dataset.Dispose();
            throw new NGptException($"{folder} holds {experiment} on other data than {source} now has", "give another --out, or the data that it was begun with");
        }

        return dataset;
    }
}
