namespace NGpt.Core.Configuration;

/// <summary>How learning rates and the starts of nGPT's scales follow from the size of a run.</summary>
public enum Parametrization
{
    /// <summary>As published with nGPT: one learning rate for every parameter, tuned for each size.</summary>
    Published,

    /// <summary>νGPT (arXiv 2604.27077): the rate of a tuned base model, transferred by <see cref="NuGptParametrization"/>.</summary>
    NuGpt,
}
