namespace NGpt.Runtime.Inference;

/// <summary>What the newest call noted about one of its steps.</summary>
/// <param name="FirstLogits">Number of its first row of logits.</param>
/// <param name="LogitCount">How many rows of logits it has.</param>
internal readonly record struct StepRecord(int FirstLogits, int LogitCount);
