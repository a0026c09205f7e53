namespace NGpt.Cli.Tests.Training;

/// <summary>Tests that train share two cores and one libtorch: one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OneAtATime
{
    /// <summary>The collection's name.</summary>
    public const string Name = "training";
}
