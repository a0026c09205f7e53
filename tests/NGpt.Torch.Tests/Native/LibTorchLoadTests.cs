using System.Buffers.Binary;
using NGpt.Torch.Native;

namespace NGpt.Torch.Tests.Native;

/// <summary>Loading in processes of their own: fresh programs, other installations, and what is missing.</summary>
public sealed class LibTorchLoadTests
{
    // Whether the package's library cannot load here as it is.
    private static readonly Lazy<bool> NeedsPatch = new(() =>
    {
        LibTorch.Load();
        return !ElfVersionPatch.ReadProvidedVersions(LoadedLibraries.Find("libstdc++.so")!).Contains("GLIBCXX_3.4.32");
    });

    public LibTorchLoadTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "the patch and the probe's answers are for Linux");

    [Fact]
    public void A_fresh_program_loads_and_computes_and_the_second_start_finds_it_ready()
    {
        using FreshProgram program = new();
        ProgramResult first = program.Run(["load"]);
        Assert.Equal("21", first["sum"]);
        Assert.Equal("2.10.0", first["version"]);
        Assert.Equal("Package", first["source"]);
        Assert.Equal(program.Native, first["folder"]);
        Assert.Equal(NeedsPatch.Value, first["patched"].Contains("GLIBCXX_3.4.32", StringComparison.Ordinal));
        Assert.Equal(program.Bridge, first["bridge"]);
        ProgramResult second = program.Run(["load"]);
        Assert.Equal("21", second["sum"]);
        Assert.Equal("", second["patched"]);
    }

    [Fact]
    public void A_link_into_the_package_is_replaced_not_followed()
    {
        using FreshProgram program = new(linkBridge: true);
        byte[] package = File.ReadAllBytes(program.Linked);
        Assert.Equal("21", program.Run(["load"])["sum"]);
        Assert.Equal(package, File.ReadAllBytes(program.Linked));
        Assert.Equal(NeedsPatch.Value, new FileInfo(program.Bridge).LinkTarget is null);
    }

    [Fact]
    public void A_system_without_the_newer_wait_loads_the_library_bound_to_the_older()
    {
        using FreshProgram program = new();
        // The requirement that Red Hat 9 cannot meet, made one that no system meets.
        byte[] image = File.ReadAllBytes(program.Bridge);
        ElfImage.Need need = new ElfImage(image, "bridge").ReadNeeds().Single(n => n.Name == "GLIBCXX_3.4.30");
        int name = image.AsSpan().IndexOf("GLIBCXX_3.4.30\0"u8);
        image[name + "GLIBCXX_3.4.".Length] = (byte)'9';
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(need.FlagsOffset - 4), Hash("GLIBCXX_3.4.90"u8));
        File.WriteAllBytes(program.Bridge, image);
        // Without lazy binding every symbol must be found at once.
        ProgramResult result = program.Run(["load"], ("LD_BIND_NOW", "1"));
        Assert.Equal("21", result["sum"]);
        Assert.Contains("condition_variable4wait", result["patched"], StringComparison.Ordinal);
        Assert.Contains("GLIBCXX_3.4.90 is marked weak", result["patched"], StringComparison.Ordinal);
    }

    [Fact]
    public void Several_first_starts_at_once_all_work()
    {
        using FreshProgram program = new();
        ProgramResult[] results = new ProgramResult[3];
        Parallel.For(0, results.Length, i => results[i] = program.Run(["load"]));
        Assert.All(results, r => Assert.Equal("21", r["sum"]));
        Assert.Empty(Directory.GetFiles(program.Native, "*.tmp"));
        Assert.Equal(5, Directory.GetFiles(program.Native).Length);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_left_alone()
    {
        using FreshProgram program = new();
        byte[] before = File.ReadAllBytes(program.Bridge);
        for (int start = 0; start < 2; start++)
        {
            ProgramResult result = program.Run(["load", "--read-only"]);
            Assert.Equal("21", result["sum"]);
            Assert.Equal(NeedsPatch.Value, result["bridge"].StartsWith(Path.Combine(program.Cache, "native"), StringComparison.Ordinal));
            Assert.Equal(program.Native, result["folder"]);
        }
        Assert.Equal(before, File.ReadAllBytes(program.Bridge));
    }

    [Fact]
    public void TorchSharp_touched_first_finds_the_same_library()
    {
        using FreshProgram program = new();
        Assert.Equal("21", program.Run(["touch"])["sum"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Another_installation_is_used_alone(bool parentFolder)
    {
        using FreshProgram program = new();
        using TemporaryFolder other = new();
        // A real copy: a link would be the same file to the system's loader, which then cannot load it twice.
        Directory.CreateDirectory(other.File("lib"));
        foreach (string file in Directory.EnumerateFiles(program.Native).Where(f => Path.GetFullPath(f) != program.Bridge))
        {
            File.Copy(file, other.File("lib", Path.GetFileName(file)));
        }
        ProgramResult result = program.Run(["load"], ("NGPT_LIBTORCH", parentFolder ? other.Path : other.File("lib")));
        Assert.Equal("21", result["sum"]);
        Assert.Equal("EnvironmentVariable", result["source"]);
        Assert.Equal(other.File("lib", "libtorch_cpu.so"), result["copies"]);
    }

    [Fact]
    public void A_second_copy_where_the_runtime_searches_is_rejected()
    {
        using FreshProgram program = new();
        using TemporaryFolder other = new();
        string main = Path.Combine(program.Native, "libtorch_cpu.so");
        File.CreateSymbolicLink(other.File("libtorch_cpu.so"), main);
        File.CreateSymbolicLink(Path.Combine(program.Folder, "libtorch_cpu.so"), main);
        ProgramResult result = program.Run(["load"], ("NGPT_LIBTORCH", other.Path));
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("can have only one copy", result["error"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        using FreshProgram program = new();
        ProgramResult result = program.Run(["load"], ("NGPT_LIBTORCH", "/nowhere/torch/lib"));
        Assert.Equal(3, result.ExitCode);
        Assert.Equal("NGPT_LIBTORCH is /nowhere/torch/lib, which does not exist", result["error"]);
        Assert.Contains("ngpt doctor", result["remedy"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_libtorch_is_named()
    {
        using FreshProgram program = new();
        using TemporaryFolder empty = new();
        ProgramResult result = program.Run(["load"], ("NGPT_LIBTORCH", empty.Path));
        Assert.Equal(3, result.ExitCode);
        Assert.Contains($"{empty.Path}, which has no libtorch_cpu.so", result["error"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("load", "libtorch_cpu.so")]
    [InlineData("touch", "libtorch_cpu.so")]
    [InlineData("touch", "libc10.so")]
    [InlineData("load", "libLibTorchSharp.so")]
    [InlineData("touch", "libLibTorchSharp.so")]
    public void A_missing_file_is_named_and_nothing_is_copied(string command, string missing)
    {
        using FreshProgram program = new();
        File.Delete(Path.Combine(program.Native, missing));
        ProgramResult result = program.Run([command]);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains(missing, result["error"], StringComparison.Ordinal);
        Assert.Contains("ngpt doctor", result["remedy"], StringComparison.Ordinal);
        Assert.DoesNotContain("package", result.Errors, StringComparison.Ordinal);
        // TorchSharp's own fallback would copy the packages into a folder "cpu".
        Assert.Equal(["libtorch"], Directory.GetDirectories(program.Folder).Select(d => Path.GetFileName(d)));
    }

    [Fact]
    public void A_damaged_file_is_named_with_the_cause()
    {
        using FreshProgram program = new();
        string main = Path.Combine(program.Native, "libtorch_cpu.so");
        File.Delete(main);
        File.WriteAllText(main, "no library");
        ProgramResult result = program.Run(["load"]);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains($"{main} cannot be loaded: {main}: file too short", result["error"], StringComparison.Ordinal);
    }

    [Fact]
    public void Threads_given_before_loading_reach_native_libraries()
    {
        using FreshProgram program = new();
        ProgramResult result = program.Run(["threads", "3"]);
        Assert.Equal("3", result["threads"]);
        Assert.Equal("3", result["native"]);
    }

    [Fact]
    public void A_variable_that_is_already_set_is_kept()
    {
        using FreshProgram program = new();
        Assert.Equal("5", program.Run(["threads", "3"], ("OMP_NUM_THREADS", "5"))["native"]);
    }

    [Fact]
    public void Loading_again_gives_the_same_from_any_thread()
    {
        LibTorchInfo[] infos = new LibTorchInfo[6];
        Parallel.For(0, infos.Length, i => infos[i] = LibTorch.Load());
        Assert.All(infos, i => Assert.Same(infos[0], i));
    }

    [Theory]
    [InlineData("version.py", "__version__ = '2.9.1+cu128'\ndebug = False\n", "2.9.1+cu128")]
    [InlineData("build-version", "2.10.0+cpu\n", "2.10.0+cpu")]
    [InlineData("build-version", "nothing\n", null)]
    [InlineData("other.txt", "2.10.0\n", null)]
    public void The_declared_version_is_read(string file, string text, string? expected)
    {
        using TemporaryFolder folder = new();
        folder.Write(file, text);
        Directory.CreateDirectory(folder.File("lib"));
        Assert.Equal(expected, LibTorchLocation.ReadDeclaredVersion(folder.File("lib")));
    }

    // The hash function of the ELF specification, with 64 bits so that nothing overflows.
    private static uint Hash(ReadOnlySpan<byte> name)
    {
        ulong hash = 0;
        foreach (byte c in name)
        {
            hash = (hash * 16) + c;
            hash = (hash ^ ((hash & 0xf0000000) / 0x1000000)) % 0x10000000;
        }
        return (uint)hash;
    }
}
