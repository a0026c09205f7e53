using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using NGpt.Torch.Models;

namespace NGpt.Torch.Tests;

public sealed class ScalarTests
{
    /// <summary>
    /// A number that is converted on the fly becomes a native object that nothing holds during the native call: the
    /// garbage collector may free it while it is being read. Explicit scalars are held by <c>using</c> or by a field.
    /// </summary>
    [Fact]
    public void No_number_is_converted_to_a_scalar_on_the_fly()
    {
        using FileStream file = File.OpenRead(typeof(LanguageModel).Assembly.Location);
        using PEReader assembly = new(file);
        MetadataReader metadata = assembly.GetMetadataReader();
        string[] members = [.. metadata.MemberReferences
            .Select(metadata.GetMemberReference)
            .Where(member => member.Parent.Kind == HandleKind.TypeReference)
            .Select(member => $"{metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name)}.{metadata.GetString(member.Name)}")];
        Assert.Contains("Tensor.mul_", members);
        Assert.DoesNotContain("Scalar.op_Implicit", members);
        // These convert inside the library.
        Assert.DoesNotContain("Tensor.square", members);
        Assert.DoesNotContain("Tensor.pow", members);
    }
}
