namespace NGpt.Torch.Training;

/// <summary>Receives how data and settings are made ready, on the calling thread.</summary>
public interface IPreparationObserver
{
    /// <summary>Something a person should know that is not a failure: a setting without effect, a fallback.</summary>
    /// <param name="message">One line.</param>
    void OnWarning(string message);

    /// <summary>What is being prepared before the work begins.</summary>
    /// <param name="message">One line, for example "reading 354 files".</param>
    void OnPreparing(string message);
}
