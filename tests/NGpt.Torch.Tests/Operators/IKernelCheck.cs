using NGpt.Core.Numerics.Vectors;

namespace NGpt.Torch.Tests.Operators;

/// <summary>A check of one kernel that is run for every vector width and element type.</summary>
internal interface IKernelCheck
{
    void Run<TLanes, TElement>()
        where TLanes : unmanaged, ILanes<TLanes>
        where TElement : unmanaged, IElement<TElement>;
}
