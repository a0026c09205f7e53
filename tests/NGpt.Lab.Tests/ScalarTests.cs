using NGpt.Lab.Inspection;

namespace NGpt.Lab.Tests;

/// <summary>See Scalars in CONTRIBUTING.md.</summary>
public sealed class ScalarTests
{
    [Fact]
    public void No_number_is_implicitly_converted_to_a_scalar() => MemberReferences.AssertNoImplicitScalars(typeof(Inspector).Assembly, "Tensor.narrow");
}
