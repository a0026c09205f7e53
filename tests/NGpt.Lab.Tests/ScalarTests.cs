using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using NGpt.Lab.Inspection;

namespace NGpt.Lab.Tests;

public sealed class ScalarTests
{
    /// <summary>See Scalars in CONTRIBUTING.md: a number that is converted on the fly may be freed while libtorch reads it.</summary>
    [Fact]
    public void No_number_is_implicitly_converted_to_a_scalar()
    {
        using FileStream file = File.OpenRead(typeof(Inspector).Assembly.Location);
        using PEReader assembly = new(file);
        MetadataReader metadata = assembly.GetMetadataReader();
        string[] members = [.. metadata.MemberReferences
            .Select(metadata.GetMemberReference)
            .Where(member => member.Parent.Kind == HandleKind.TypeReference)
            .Select(member => $"{metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name)}.{metadata.GetString(member.Name)}")];
        Assert.Contains("Tensor.narrow", members);
        Assert.DoesNotContain("Scalar.op_Implicit", members);
        Assert.DoesNotContain("Tensor.square", members);
        Assert.DoesNotContain("Tensor.pow", members);
    }
}
