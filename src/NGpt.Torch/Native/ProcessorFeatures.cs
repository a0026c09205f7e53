using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace NGpt.Torch.Native;

/// <summary>The processor instructions that matter for the speed of kernels. Null is unknown: the system does not report it.</summary>
/// <param name="Name">The processor's name, or its architecture where it has none.</param>
/// <param name="HasAvx2">256-bit vectors (x86).</param>
/// <param name="HasAvx512F">512-bit vectors (x86).</param>
/// <param name="HasBf16DotProduct">bfloat16 products: AVX-512 BF16 on x86, the BF16 extension on Arm. Without it bfloat16 products are slow.</param>
/// <param name="HasAmxBf16">bfloat16 matrix tiles (x86 AMX).</param>
/// <param name="HasAdvSimd">128-bit vectors (Arm).</param>
/// <param name="HasArmDotProduct">8-bit integer dot products (Arm).</param>
public sealed record ProcessorFeatures(
    string Name, bool? HasAvx2, bool? HasAvx512F, bool? HasBf16DotProduct, bool? HasAmxBf16, bool? HasAdvSimd, bool? HasArmDotProduct)
{
    /// <summary>The processor of this process.</summary>
    public static ProcessorFeatures Current { get; } = X86Base.IsSupported ? ReadX86() : ReadArm(OperatingSystem.IsLinux() ? "/proc/cpuinfo" : null);

    /// <summary>Reads an Arm processor's extensions, of which .NET does not report all, from Linux's cpuinfo.</summary>
    internal static ProcessorFeatures ReadArm(string? descriptionFile)
    {
        bool arm = ArmBase.Arm64.IsSupported;
        bool? bf16 = null;
        if (descriptionFile is not null && File.Exists(descriptionFile))
        {
            string? line = File.ReadLines(descriptionFile).FirstOrDefault(l => l.StartsWith("Features", StringComparison.Ordinal));
            bf16 = line is null ? null : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(' ').Contains("bf16");
        }
        return new ProcessorFeatures(RuntimeInformation.ProcessArchitecture.ToString(), null, null, bf16, null,
            arm ? AdvSimd.IsSupported : null, arm ? Dp.IsSupported : null);
    }

    private static ProcessorFeatures ReadX86()
    {
        int highest = X86Base.CpuId(0, 0).Eax;
        bool bf16 = false;
        bool amx = false;
        if (highest >= 7)
        {
            (int subleaves, _, _, int edx) = X86Base.CpuId(7, 0);
            amx = (edx & (1 << 22)) != 0 && (edx & (1 << 24)) != 0;
            // The registers count only where the operating system saves them, which Avx512F.IsSupported has checked.
            bf16 = Avx512F.IsSupported && subleaves >= 1 && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;
        }
        return new ProcessorFeatures(ReadX86Name(), Avx2.IsSupported, Avx512F.IsSupported, bf16, amx, null, null);
    }

    private static string ReadX86Name()
    {
        const int First = unchecked((int)0x80000002);
        if ((uint)X86Base.CpuId(unchecked((int)0x80000000), 0).Eax < 0x80000004)
        {
            return "x86-64";
        }
        Span<byte> name = stackalloc byte[48];
        for (int i = 0; i < 3; i++)
        {
            (int a, int b, int c, int d) = X86Base.CpuId(First + i, 0);
            BinaryPrimitives.WriteInt32LittleEndian(name[(16 * i)..], a);
            BinaryPrimitives.WriteInt32LittleEndian(name[((16 * i) + 4)..], b);
            BinaryPrimitives.WriteInt32LittleEndian(name[((16 * i) + 8)..], c);
            BinaryPrimitives.WriteInt32LittleEndian(name[((16 * i) + 12)..], d);
        }
        int end = name.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? name : name[..end]).Trim();
    }
}
