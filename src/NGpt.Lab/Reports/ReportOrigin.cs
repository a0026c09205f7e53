namespace NGpt.Lab.Reports;

/// <summary>Where, when and with what an experiment was made.</summary>
public sealed record ReportOrigin
{
    /// <summary>The command that makes it again, for example <c>ngpt compare --quick</c>.</summary>
    public required string Command { get; init; }

    /// <summary>Version of the program, with the commit where it is known.</summary>
    public required string Version { get; init; }

    /// <summary>Processor, cores, memory, system.</summary>
    public required string Machine { get; init; }

    /// <summary>When the report was written.</summary>
    public required DateTimeOffset Written { get; init; }

    /// <summary>Computing time of everything that the report shows.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Seeds, in the order of their use.</summary>
    public required IReadOnlyList<long> Seeds { get; init; }

    /// <summary>Model, recipe and data: label and value.</summary>
    public required IReadOnlyList<(string Label, string Value)> Configuration { get; init; }
}
