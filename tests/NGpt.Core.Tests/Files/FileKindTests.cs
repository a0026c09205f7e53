using NGpt.Core.Checkpoints;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Tests.Files;

public sealed class FileKindTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_missing_says_why_where_that_is_known()
    {
        Assert.Equal("there is no such file", FileKind.DescribeMissing(_folder.File("none"), "file"));
        Assert.StartsWith("there is no such folder; a name with bytes that are not UTF-8", FileKind.DescribeMissing(_folder.File("caf\uFFFD"), "folder"), StringComparison.Ordinal);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Creating links needs a privilege on Windows.");
        File.CreateSymbolicLink(_folder.File("link"), _folder.File("gone"));
        Assert.Equal($"it is a link to {_folder.File("gone")}, which does not exist", FileKind.DescribeMissing(_folder.File("link"), "file"));
    }

    [Fact]
    public void Tokenizers_and_models_behind_such_paths_are_named_with_the_reason()
    {
        Assert.Contains("not UTF-8", Assert.Throws<FileFormatException>(() => TokenizerFile.Load(_folder.File("caf\uFFFD.json"))).Message, StringComparison.Ordinal);
        Assert.Contains("not UTF-8", Assert.Throws<UsageException>(() => TokenizerChoice.Parse(_folder.File("caf\uFFFD.json"))).Message, StringComparison.Ordinal);
        Assert.Contains("not UTF-8", Assert.Throws<UsageException>(() => CheckpointFolder.Find(_folder.File("caf\uFFFD"))).Message, StringComparison.Ordinal);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Creating links needs a privilege on Windows.");
        File.CreateSymbolicLink(_folder.File("link.json"), _folder.File("gone.json"));
        Assert.Contains("it is a link to", Assert.ThrowsAny<NGptException>(() => TokenizerFile.Load(_folder.File("link.json"))).Message, StringComparison.Ordinal);
    }
}
