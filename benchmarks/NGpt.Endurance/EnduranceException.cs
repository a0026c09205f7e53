namespace NGpt.Endurance;

/// <summary>Something was lost, or differs from the uninterrupted run.</summary>
internal sealed class EnduranceException(string message) : Exception(message)
{
    /// <summary>Requires that something holds.</summary>
    public static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new EnduranceException(problem);
        }
    }
}
