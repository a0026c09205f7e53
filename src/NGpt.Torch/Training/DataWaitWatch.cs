namespace NGpt.Torch.Training;

/// <summary>Notices when steps wait for their data, which no setting of the model makes faster.</summary>
public sealed class DataWaitWatch
{
    // Long enough that neither the start of a run nor a moment in which the machine was busy counts.
    private const double SpanMilliseconds = 10_000;
    private const int SpanSteps = 20;
    private const double MaxShare = 0.01;

    private double _milliseconds;
    private double _waited;
    private int _steps;
    private bool _hasWarned;

    /// <summary>Adds a step.</summary>
    /// <param name="milliseconds">Time of the step.</param>
    /// <param name="waited">Time of it that was spent waiting for data.</param>
    /// <returns>What to tell the person, the first time that it is worth telling; else null.</returns>
    public string? Add(double milliseconds, double waited)
    {
        _milliseconds += milliseconds;
        _waited += waited;
        _steps++;
        if (_hasWarned || _milliseconds < SpanMilliseconds || _steps < SpanSteps)
        {
            return null;
        }

        double share = _waited / _milliseconds;
        string? warning = share > MaxShare
            ? FormattableString.Invariant(
                $"the steps wait for their data: {_waited / _steps:0.##} of {_milliseconds / _steps:0.##} ms a step ({100 * share:0}%); a faster disk, or data on one, would help")
            : null;
        _hasWarned = warning is not null;
        (_milliseconds, _waited, _steps) = (0, 0, 0);
        return warning;
    }
}
