using NGpt.Torch.Native;

namespace NGpt.Torch.Tests.Native;

public sealed class DoctorTests
{
    [Fact]
    public void A_machine_that_runs_these_tests_has_no_problem()
    {
        IReadOnlyList<DoctorFinding> findings = Doctor.Examine(AppContext.BaseDirectory);
        Assert.DoesNotContain(findings, f => f.Status == FindingStatus.Problem);
        Assert.Contains(findings, f => f is { Subject: "computation", Status: FindingStatus.Ok });
        Assert.Contains(findings, f => f.Subject == "file" && f.Detail.Contains("torch_cpu", StringComparison.Ordinal));
        foreach (string subject in (string[])["system", ".NET", "processor", "memory", "disk", "cache folder", "libtorch", "TorchSharp", "CUDA"])
        {
            Assert.Contains(findings, f => f.Subject == subject);
        }
    }

    [Theory]
    [InlineData(512, "0.5 KB")]
    [InlineData(461211481, "461.2 MB")]
    [InlineData(3L << 30, "3.2 GB")]
    public void Sizes_have_a_unit(long bytes, string text) => Assert.Equal(text, ByteSize.Format(bytes));

    [Fact]
    public void A_failure_to_load_is_reported_with_its_trace()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "damages a Linux program");
        using FreshProgram program = new();
        File.Delete(Path.Combine(program.Native, "libtorch_cpu.so"));
        File.WriteAllText(Path.Combine(program.Native, "libtorch_cpu.so"), "no library");
        ProgramResult result = program.Run(["doctor"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("libtorch_cpu.so cannot be loaded", result["Problem libtorch"], StringComparison.Ordinal);
        Assert.StartsWith("failed ", result["Problem load trace"], StringComparison.Ordinal);
        Assert.NotEmpty(result["Ok processor"]);
    }
}
