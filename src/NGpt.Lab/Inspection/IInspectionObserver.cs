using NGpt.Torch.Training;

namespace NGpt.Lab.Inspection;

/// <summary>Receives progress, on the calling thread.</summary>
public interface IInspectionObserver : IPreparationObserver
{
    /// <summary>A part of the work begins.</summary>
    /// <param name="model">Name of the model that is looked at.</param>
    /// <param name="stage">What is measured, for example <c>singular values</c>.</param>
    void OnStage(string model, string stage);
}
