namespace NGpt.Torch.Engine;

/// <summary>What the forward pass of one layer leaves for its backward pass.</summary>
/// <param name="Projected">q, k and v side by side [N, 3C]; the backward pass writes their gradients over them.</param>
/// <param name="Attended">Output of attention, heads concatenated [N, C].</param>
/// <param name="AttentionBranch">The same after the output projection [N, C].</param>
/// <param name="MiddleHidden">Residual stream between attention and MLP, float32 [N, C].</param>
/// <param name="MlpInput">Input of the MLP [N, C].</param>
/// <param name="UpAndGate">u and v side by side [N, 2F]; the backward pass writes their gradients over them.</param>
/// <param name="MlpBranch">Output of the MLP [N, C].</param>
internal sealed record LayerMemory(
    ArenaRegion Projected,
    ArenaRegion Attended,
    ArenaRegion AttentionBranch,
    ArenaRegion MiddleHidden,
    ArenaRegion MlpInput,
    ArenaRegion UpAndGate,
    ArenaRegion MlpBranch)
{
    /// <summary>Plans the memory of one layer.</summary>
    public static LayerMemory Plan(ArenaPlan plan, EngineShape shape, ArenaGroup group, string prefix, ArenaRegion? branch)
    {
        int size = shape.ElementSize;
        return new LayerMemory(
            plan.Add(group, $"{prefix}queries, keys, values", size, shape.N, 3 * shape.C),
            plan.Add(group, $"{prefix}attended values", size, shape.N, shape.C),
            branch ?? plan.Add(group, $"{prefix}attention output", size, shape.N, shape.C),
            plan.Add(group, $"{prefix}hidden state after attention", sizeof(float), shape.N, shape.C),
            plan.Add(group, $"{prefix}MLP input", size, shape.N, shape.C),
            plan.Add(group, $"{prefix}up and gate projections", size, shape.N, 2 * shape.F),
            branch ?? plan.Add(group, $"{prefix}MLP output", size, shape.N, shape.C));
    }
}

/// <summary>Buffers that every layer uses in turn.</summary>
internal sealed class SharedMemory
{
    /// <summary>Plans the buffers.</summary>
    public SharedMemory(ArenaPlan plan, EngineShape shape)
    {
        int size = shape.ElementSize;
        MlpHidden = plan.Add(ArenaGroup.Shared, "MLP hidden state", size, shape.N, shape.F);
        MlpHiddenGradient = plan.Add(ArenaGroup.Shared, "gradient of the MLP hidden state", size, shape.N, shape.F);
        ResidualGradient = plan.Add(ArenaGroup.Shared, "gradient along the residual stream", sizeof(float), shape.N, shape.C);
        InputGradient = plan.Add(ArenaGroup.Shared, "gradient of a branch's input", size, shape.N, shape.C);
        BranchGradient = plan.Add(ArenaGroup.Shared, "gradient of a branch's output", size, shape.N, shape.C);
        AttendedGradient = plan.Add(ArenaGroup.Shared, "gradient of the attended values", size, shape.N, shape.C);
        Tokens = plan.Add(ArenaGroup.Small, "tokens", sizeof(int), shape.N);
        Targets = plan.Add(ArenaGroup.Small, "targets", sizeof(int), shape.N);
        FirstVisible = plan.Add(ArenaGroup.Small, "first visible positions", sizeof(int), shape.N);
        Losses = plan.Add(ArenaGroup.Small, "losses", sizeof(float), shape.N);
    }

    /// <summary>Gated hidden state of the MLP [N, F].</summary>
    public ArenaRegion MlpHidden { get; }

    /// <summary>Its gradient [N, F].</summary>
    public ArenaRegion MlpHiddenGradient { get; }

    /// <summary>Gradient along the residual stream, float32 [N, C].</summary>
    public ArenaRegion ResidualGradient { get; }

    /// <summary>Gradient of what a branch reads [N, C].</summary>
    public ArenaRegion InputGradient { get; }

    /// <summary>Gradient of what a branch returns [N, C].</summary>
    public ArenaRegion BranchGradient { get; }

    /// <summary>Gradient of the attended values [N, C].</summary>
    public ArenaRegion AttendedGradient { get; }

    /// <summary>Tokens of the batch [N].</summary>
    public ArenaRegion Tokens { get; }

    /// <summary>Targets of the batch [N].</summary>
    public ArenaRegion Targets { get; }

    /// <summary>First position that every token of the batch sees [N]; written where documents are kept apart.</summary>
    public ArenaRegion FirstVisible { get; }

    /// <summary>Losses of the batch [N].</summary>
    public ArenaRegion Losses { get; }
}
