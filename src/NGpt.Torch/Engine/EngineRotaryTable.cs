using NGpt.Core.Numerics;

namespace NGpt.Torch.Engine;

/// <summary>The engine's table of RoPE's cosines and sines, computed once.</summary>
internal sealed unsafe class EngineRotaryTable
{
    private readonly ArenaRegion _cosines;
    private readonly ArenaRegion _sines;
    private readonly EngineShape _shape;
    private readonly double _theta;

    /// <summary>Plans the tables.</summary>
    public EngineRotaryTable(ArenaPlan plan, EngineShape shape, double theta)
    {
        (_shape, _theta) = (shape, theta);
        _cosines = plan.Add(ArenaGroup.Small, "cosines of rotary positions", sizeof(float), shape.T, shape.D);
        _sines = plan.Add(ArenaGroup.Small, "sines of rotary positions", sizeof(float), shape.T, shape.D);
    }

    /// <summary>Cosines [T, D].</summary>
    public float* Cosines => (float*)_cosines.Address;

    /// <summary>Signed sines [T, D].</summary>
    public float* Sines => (float*)_sines.Address;

    /// <summary>Fills the table, once the planned memory is allocated.</summary>
    public void Fill() => RotaryTable.Fill(Cosines, Sines, _shape.T, _shape.D, _theta);
}
