namespace NGpt.DataBenchmarks;

/// <summary>One thing that is timed on the same text as the others.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Bytes">Bytes of text that one run takes.</param>
/// <param name="Run">One run, on one thread unless the name says otherwise.</param>
internal sealed record Subject(string Name, long Bytes, Action Run);
