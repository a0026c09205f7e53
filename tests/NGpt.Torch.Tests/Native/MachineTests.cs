using NGpt.Core.Numerics.Threads;
using NGpt.Torch.Native;

namespace NGpt.Torch.Tests.Native;

/// <summary>Memory, cores and processor, from files as Linux writes them and from this machine.</summary>
public sealed class MachineTests
{
    private const string Information = "MemTotal:       16000000 kB\nMemFree:  1 kB\nMemAvailable:    9000000 kB\n";
    private const long Kilo = 1024;

    [Fact]
    public void Without_limits_the_machine_counts()
    {
        using TemporaryFolder folder = Processes("0::/\n");
        MachineMemory memory = MachineMemory.Read(folder.File("proc"), folder.File("groups"))!;
        Assert.Equal(new MachineMemory(16000000 * Kilo, 9000000 * Kilo, false, 777 * Kilo), memory);
    }

    [Fact]
    public void The_lowest_limit_above_the_process_counts_in_version_2()
    {
        using TemporaryFolder folder = Processes("0::/outer/inner\n");
        folder.Write("groups/outer/inner/memory.max", "max\n");
        folder.Write("groups/outer/memory.max", "5000000\n");
        folder.Write("groups/outer/memory.current", "4100000\n");
        folder.Write("groups/outer/memory.stat", "anon 9\ninactive_file 600000\nactive_file 7\n");
        MachineMemory memory = MachineMemory.Read(folder.File("proc"), folder.File("groups"))!;
        Assert.Equal(5000000, memory.Total);
        Assert.Equal(1500000, memory.Available);
        Assert.True(memory.IsLimited);
    }

    [Fact]
    public void The_limit_of_version_1_counts()
    {
        using TemporaryFolder folder = Processes("7:cpu,cpuacct:/x\n4:memory:/jobs/a\n0::/\n");
        folder.Write("groups/memory/memory.limit_in_bytes", "9223372036854771712\n");
        folder.Write("groups/memory/jobs/a/memory.limit_in_bytes", "3000000\n");
        folder.Write("groups/memory/jobs/a/memory.usage_in_bytes", "2900000\n");
        folder.Write("groups/memory/jobs/a/memory.stat", "total_inactive_file 50000\n");
        MachineMemory memory = MachineMemory.Read(folder.File("proc"), folder.File("groups"))!;
        Assert.Equal((3000000, 150000, true), (memory.Total, memory.Available, memory.IsLimited));
    }

    [Fact]
    public void Unreadable_files_give_null()
    {
        using TemporaryFolder folder = new();
        Assert.Null(MachineMemory.Read(folder.Path, folder.Path));
    }

    [Fact]
    public void This_machine_has_memory()
    {
        const int Used = 64 << 20;
        byte[] used = new byte[Used];
        Array.Fill(used, (byte)1);

        MachineMemory memory = MachineMemory.Read();

        // Total, available and peak are of the right size, not only of the right order: bytes, not kilobytes or pages.
        Assert.InRange(memory.Total, Used, 1L << 50);
        Assert.InRange(memory.Available, 1 << 20, memory.Total - Used);
        Assert.InRange(memory.ProcessPeak, Used, memory.Total);
        GC.KeepAlive(used);
    }

    [Fact]
    public void Hardware_threads_of_one_core_count_once()
    {
        using TemporaryFolder folder = new();
        folder.Write("status", "Name:\tx\nCpus_allowed_list:\t0-2,5\n");
        foreach ((int cpu, int package, int core) in ((int, int, int)[])[(0, 0, 0), (1, 0, 0), (2, 0, 1), (3, 0, 1), (5, 1, 0)])
        {
            folder.Write($"cpu{cpu}/topology/physical_package_id", $"{package}\n");
            folder.Write($"cpu{cpu}/topology/core_id", $"{core}\n");
        }
        Assert.Equal(new ProcessorCores(4, 3), ProcessorCores.Read(folder.File("status"), folder.Path, 4));
        Assert.Equal(new ProcessorCores(2, 2), ProcessorCores.Read(folder.File("status"), folder.Path, 2));
    }

    [Theory]
    [InlineData("Cpus_allowed_list:\tx-y\n")]
    [InlineData("Cpus_allowed_list:\t0-999999999\n")]
    [InlineData("Cpus_allowed_list:\t0-3\n")]
    [InlineData("nothing\n")]
    public void Without_a_readable_description_every_thread_counts(string status)
    {
        using TemporaryFolder folder = new();
        folder.Write("status", status);
        Assert.Equal(new ProcessorCores(6, 6), ProcessorCores.Read(folder.File("status"), folder.Path, 6));
    }

    [Fact]
    public void Processor_features_agree_with_the_systems_description()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && System.Runtime.Intrinsics.X86.X86Base.IsSupported, "reads Linux's description of x86");
        string[] flags = File.ReadLines("/proc/cpuinfo").First(l => l.StartsWith("flags", StringComparison.Ordinal)).Split(' ');
        ProcessorFeatures features = ProcessorFeatures.Current;
        Assert.Equal(flags.Contains("avx2"), features.HasAvx2);
        Assert.Equal(flags.Contains("avx512_bf16"), features.HasBf16DotProduct);
        Assert.Equal(flags.Contains("amx_bf16"), features.HasAmxBf16);
        Assert.Null(features.HasAdvSimd);
        Assert.NotEmpty(features.Name);
    }

    [Fact]
    public void Arm_features_are_unknown_where_nothing_tells()
    {
        using TemporaryFolder folder = new();
        Assert.Null(ProcessorFeatures.ReadArm(null).HasBf16DotProduct);
        Assert.True(ProcessorFeatures.ReadArm(folder.Write("a", "Features\t: fp asimd bf16 i8mm\n")).HasBf16DotProduct);
        Assert.False(ProcessorFeatures.ReadArm(folder.Write("b", "Features\t: fp asimd\n")).HasBf16DotProduct);
    }

    private static TemporaryFolder Processes(string membership)
    {
        TemporaryFolder folder = new();
        folder.Write("proc/meminfo", Information);
        folder.Write("proc/self/cgroup", membership);
        folder.Write("proc/self/status", "Name:\tx\nVmHWM:\t     777 kB\n");
        return folder;
    }
}
