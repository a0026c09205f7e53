namespace NGpt.Core.Configuration;

/// <summary>The tuned base model of a νGPT run: the sizes that the run is compared with, and the rates that were tuned.</summary>
/// <param name="Width">C of the base model.</param>
/// <param name="Layers">L of the base model.</param>
/// <param name="Tokens">Tokens that the base model was trained on, with repetitions.</param>
/// <param name="LearningRate">Peak learning rate of the base model.</param>
/// <param name="MinLearningRate">Learning rate at the end of the base model's schedule.</param>
public sealed record NuGptBase(int Width, int Layers, long Tokens, double LearningRate, double MinLearningRate);
