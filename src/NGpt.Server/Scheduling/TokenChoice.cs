namespace NGpt.Server.Scheduling;

/// <summary>A token and the probability that the model gave it.</summary>
/// <param name="Token">The id.</param>
/// <param name="LogProbability">Natural logarithm of its probability, before temperature and penalties.</param>
internal readonly record struct TokenChoice(int Token, double LogProbability);
