using NGpt.Core.Evaluation;
using NGpt.Data.Preparation;

namespace NGpt.Data.Evaluation;

/// <summary>Receives progress, on the thread that runs it.</summary>
public interface IEvaluationObserver : IProgress<EvaluationProgress>, IProgress<DatasetProgress>
{
    /// <summary>Something a person should know.</summary>
    /// <param name="message">One line.</param>
    void OnWarning(string message);
}
