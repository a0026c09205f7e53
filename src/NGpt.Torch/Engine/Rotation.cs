using NGpt.Core.Numerics;

namespace NGpt.Torch.Engine;

/// <summary>The turns of rotary positions, computed once.</summary>
internal sealed unsafe class Rotation
{
    private readonly ArenaRegion _cosines;
    private readonly ArenaRegion _sines;
    private readonly EngineShape _shape;
    private readonly double _theta;

    /// <summary>Plans the tables.</summary>
    /// <param name="plan">Receives the regions.</param>
    /// <param name="shape">Sizes.</param>
    /// <param name="theta">Base of the frequencies.</param>
    public Rotation(ArenaPlan plan, EngineShape shape, double theta)
    {
        (_shape, _theta) = (shape, theta);
        _cosines = plan.Add(ArenaGroup.Small, "cosines of rotary positions", sizeof(float), shape.T, shape.D);
        _sines = plan.Add(ArenaGroup.Small, "sines of rotary positions", sizeof(float), shape.T, shape.D);
    }

    /// <summary>Cosines [T, D].</summary>
    public float* Cosines => (float*)_cosines.Address;

    /// <summary>Signed sines [T, D].</summary>
    public float* Sines => (float*)_sines.Address;

    /// <summary>Fills the tables, once the plan has memory.</summary>
    public void Bind() => RotationTable.Fill(Cosines, Sines, _shape.T, _shape.D, _theta);
}
