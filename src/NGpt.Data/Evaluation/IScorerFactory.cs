using NGpt.Core.Errors;

namespace NGpt.Data.Evaluation;

/// <summary>What computes an evaluation: knows the models that it can read, and makes scorers of them.</summary>
public interface IScorerFactory
{
    /// <summary>Finds a model and reads what describes it.</summary>
    /// <param name="model">The path that the person gave.</param>
    /// <returns>The model.</returns>
    /// <exception cref="NGptException">There is none, or it is damaged.</exception>
    EvaluationSubject Find(string model);

    /// <summary>Reads the weights.</summary>
    /// <param name="subject">What <see cref="Find"/> gave.</param>
    /// <param name="batchTokens">Tokens that are computed at a time, above 0; null for the default.</param>
    /// <returns>The scorer; the caller disposes of it.</returns>
    /// <exception cref="NGptException">The weights are damaged, or the place to compute is not there.</exception>
    OpenScorer Open(EvaluationSubject subject, int? batchTokens);
}
