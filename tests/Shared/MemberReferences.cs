using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace NGpt.Tests;

/// <summary>What a compiled assembly calls.</summary>
internal static class MemberReferences
{
    /// <summary>The members of other assemblies that an assembly names, as <c>Type.Member</c>.</summary>
    public static string[] Of(Assembly assembly)
    {
        using FileStream file = File.OpenRead(assembly.Location);
        using PEReader image = new(file);
        MetadataReader metadata = image.GetMetadataReader();
        return [.. metadata.MemberReferences
            .Select(metadata.GetMemberReference)
            .Where(member => member.Parent.Kind == HandleKind.TypeReference)
            .Select(member => $"{metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name)}.{metadata.GetString(member.Name)}")];
    }

    /// <summary>
    /// Fails where an assembly lets a number be converted to a TorchSharp scalar implicitly: that makes a native object which
    /// nothing holds during the native call, and the garbage collector may free it while it is being read.
    /// </summary>
    public static void AssertNoImplicitScalars(Assembly assembly, string memberThatIsCalled)
    {
        string[] members = Of(assembly);
        Assert.Contains(memberThatIsCalled, members);
        Assert.DoesNotContain("Scalar.op_Implicit", members);
        // These convert inside the library.
        Assert.DoesNotContain("Tensor.square", members);
        Assert.DoesNotContain("Tensor.pow", members);
    }
}
