namespace NGpt.Core.Configuration;

/// <summary>
/// νGPT, learning-rate transfer for nGPT (Shigida, Hanin, Gromov, arXiv 2604.27077; specification section 5): what
/// a run takes over from a tuned base model, given how much wider, deeper and longer trained it is.
/// </summary>
/// <param name="WidthRatio">m_width = C / C_base, above 0.</param>
/// <param name="DepthRatio">m_depth = L / L_base, above 0.</param>
/// <param name="TokenRatio">m_tokens = tokens / tokens_base, above 0; a run has steps · batch · accumulation · T tokens.</param>
public sealed record NuGptParametrization(double WidthRatio, double DepthRatio, double TokenRatio)
{
    // s_scale of α: the same at every width, where the published one is 1/√C.
    private const double AlphaScale = 0.03;

    /// <summary>What every learning rate of the base model is multiplied with: m_tokens^(−1/3).</summary>
    public double RateFactor => Math.Pow(TokenRatio, -1.0 / 3);

    /// <summary>Further factors by kind of parameter: E_in m_width^(−1/2), other matrices m_width^(−3/4), scales 1.</summary>
    public LearningRateFactors Factors => new(Math.Pow(WidthRatio, -1.0 / 2), Math.Pow(WidthRatio, -3.0 / 4), 1);

    /// <summary>Starts of the scales: α from 0.05/m_depth, stored as the constant 0.03; s_z from √m_width.</summary>
    /// <param name="published">The published starts for the width of the run.</param>
    /// <returns>The starts for this run; what is not named stays as published.</returns>
    public NGptScales Scales(NGptScales published)
    {
        ArgumentNullException.ThrowIfNull(published);
        return published with
        {
            Alpha = published.Alpha with { Initial = published.Alpha.Initial / DepthRatio, Scale = AlphaScale },
            Logit = published.Logit with { Initial = published.Logit.Initial * Math.Sqrt(WidthRatio) },
        };
    }

    /// <summary>The parametrization of a run.</summary>
    /// <param name="layers">The settings.</param>
    /// <returns>The parametrization; null where the run has the published one, or where sizes are missing or impossible.</returns>
    internal static NuGptParametrization? Of(SettingLayers layers)
    {
        if (layers.Get(SettingCatalog.Parametrization, Parametrization.Published) != Parametrization.NuGpt)
        {
            foreach (Setting setting in SettingCatalog.Base)
            {
                layers.HasNoEffect(setting, "only --parametrization nugpt uses it");
            }

            return null;
        }

        double tokens = (double)layers.Get(SettingCatalog.Steps, 0) * layers.Get(SettingCatalog.BatchSize, 0)
            * layers.Get(SettingCatalog.GradientAccumulation, 1) * layers.Get(SettingCatalog.ContextLength, 0);
        NuGptParametrization ratios = new(
            Ratio(layers.Get(SettingCatalog.EmbeddingWidth, 0), layers.Get(SettingCatalog.BaseWidth, 0)),
            Ratio(layers.Get(SettingCatalog.Layers, 0), layers.Get(SettingCatalog.BaseLayers, 0)),
            Ratio(tokens, layers.Get(SettingCatalog.BaseTokens, 0)));
        // What is wrong is named by the checks of the settings themselves, not by what would follow from it.
        return ratios is { WidthRatio: > 0, DepthRatio: > 0, TokenRatio: > 0 } ? ratios : null;
    }

    /// <summary>Gathers what is wrong with the settings of the parametrization.</summary>
    /// <param name="layers">The settings.</param>
    /// <param name="architecture">The architecture that is trained.</param>
    /// <returns>One line a problem; empty when they are sound.</returns>
    internal static IReadOnlyList<string> Problems(SettingLayers layers, Architecture architecture)
    {
        if (layers.Get(SettingCatalog.Parametrization, Parametrization.Published) != Parametrization.NuGpt)
        {
            return [];
        }

        if (architecture == Architecture.Gpt)
        {
            return ["--parametrization nugpt is one of nGPT: the GPT baseline takes its learning rate as given"];
        }

        string[] missing = [.. SettingCatalog.Base.Where(setting => !layers.IsGiven(setting)).Select(setting => $"--{setting.Name}")];
        return missing.Length > 0 ? [$"--parametrization nugpt transfers from a tuned base model: give {string.Join(" and ", missing)} too"] : [];
    }

    private static double Ratio(double size, double baseSize) => baseSize > 0 ? size / baseSize : 0;
}
