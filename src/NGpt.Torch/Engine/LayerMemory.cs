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
    /// <param name="plan">Receives the regions.</param>
    /// <param name="shape">Sizes.</param>
    /// <param name="group">Kept for every layer, or shared by all.</param>
    /// <param name="prefix">Said before every name.</param>
    /// <param name="branch">One buffer for both branches where the backward pass does not need them; else null.</param>
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
