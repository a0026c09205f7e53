namespace NGpt.Runtime.Inference;

/// <summary>Projected queries, keys and values of a batch, each [N, H·D].</summary>
internal readonly unsafe ref struct HeadRows(float* Queries, float* Keys, float* Values)
{
    public float* Queries { get; } = Queries;

    public float* Keys { get; } = Keys;

    public float* Values { get; } = Values;
}
