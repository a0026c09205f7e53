using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace NGpt.Runtime.Tests.Packaging;

/// <summary>What the package NGpt.Runtime does to the build of a program that uses it.</summary>
public sealed class PackageBuildFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _project;

    public PackageBuildFileTests()
    {
        _project = _folder.File("program.proj");
        File.WriteAllText(_project, $"<Project><Import Project=\"{Path.Combine(Root, "src", "NGpt.Runtime", "buildTransitive", "NGpt.Runtime.targets")}\" /></Project>");
    }

    public void Dispose() => _folder.Dispose();

    // The compiler's own default has neither AVX2 nor FMA, with which the kernels are 27 to 45 times slower.
    [Theory]
    [InlineData("x86-64-v3", "-p:PublishAot=true", "-p:RuntimeIdentifier=linux-x64")]
    [InlineData("x86-64-v3", "-p:PublishAot=true", "-p:RuntimeIdentifier=win-x64")]
    [InlineData("x86-64-v4", "-p:PublishAot=true", "-p:RuntimeIdentifier=linux-x64", "-p:NGptInstructionSet=x86-64-v4")]
    [InlineData("native", "-p:PublishAot=true", "-p:RuntimeIdentifier=linux-x64", "-p:IlcInstructionSet=native")]
    [InlineData("", "-p:PublishAot=true", "-p:RuntimeIdentifier=linux-arm64")]
    [InlineData("", "-p:RuntimeIdentifier=linux-x64")]
    public void A_program_compiled_ahead_of_time_uses_avx2_unless_it_says_otherwise(string expected, params string[] properties) =>
        Assert.Equal(expected, Build([.. properties, "-getProperty:IlcInstructionSet"]).Trim());

    [Theory]
    [InlineData("x86-64-v2", true)]
    [InlineData("x86-64-v3", false)]
    [InlineData("native", false)]
    [InlineData("base,avx2,fma", false)]
    public void An_instruction_set_without_avx2_is_a_warning(string instructionSet, bool warns)
    {
        string output = Build("-t:NGptChooseInstructionSet", "-p:PublishAot=true", "-p:RuntimeIdentifier=linux-x64", $"-p:IlcInstructionSet=\"{instructionSet}\"");
        Assert.Equal(warns, output.Contains($"warning NGPT001: The instruction set {instructionSet} has no AVX2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("NGpt.Core")]
    [InlineData("NGpt.Runtime")]
    [InlineData("NGpt.Extensions.AI")]
    public void A_package_accepts_newer_versions_of_what_it_depends_on(string package)
    {
        Dictionary<string, string> versions = XDocument.Load(Path.Combine(Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(element => element.Attribute("Include")!.Value, element => element.Attribute("Version")!.Value);
        IEnumerable<string> names = XDocument.Load(Path.Combine(Root, "src", package, $"{package}.csproj")).Descendants("PackageReference")
            .Select(element => element.Attribute("Include")!.Value);
        Assert.All(names, name => Assert.Matches(@"^\[[0-9.]+, [0-9]+\.0\.0\)$", versions[name]));
    }

    private static string Root { get; } = FindRoot();

    private static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));

    private string Build(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", ["msbuild", _project, "-nologo", "-nodeReuse:false", .. arguments])
        {
            RedirectStandardOutput = true,
        })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        return output;
    }
}
