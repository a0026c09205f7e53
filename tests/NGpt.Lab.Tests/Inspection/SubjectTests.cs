using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Lab.Inspection;

namespace NGpt.Lab.Tests.Inspection;

public sealed class SubjectTests
{
    [Fact]
    public void NamesTellModelsApart()
    {
        Assert.Equal(["nGPT", "GPT"], SubjectNames.Of([(Architecture.NGpt, "runs/a"), (Architecture.Gpt, "runs/b/")]));
        Assert.Equal(
            ["nGPT a", "GPT", "nGPT b"],
            SubjectNames.Of([(Architecture.NGpt, "runs/a"), (Architecture.Gpt, "runs/a2"), (Architecture.NGpt, "runs/b/")]));
        Assert.Equal(
            ["nGPT one/a", "nGPT two/a", "nGPT c"],
            SubjectNames.Of([(Architecture.NGpt, "one/a"), (Architecture.NGpt, "two/a"), (Architecture.NGpt, "c")]));
    }

    [Fact]
    public void ACheckpointIsTheBestTheLatestOrThatOfAStep()
    {
        Assert.Same(CheckpointChoice.Best, CheckpointChoice.Parse("best"));
        Assert.Same(CheckpointChoice.Latest, CheckpointChoice.Parse("latest"));
        Assert.Equal(120, CheckpointChoice.Parse("120").Step);
        Assert.All(
            (string[])["", "newest", "-1", "1.5", "99999999999"],
            word => Assert.Contains("--checkpoint", Assert.Throws<UsageException>(() => CheckpointChoice.Parse(word)).Message));
    }

    [Fact]
    public void AllThatIsWrongWithARequestIsSaidAtOnce()
    {
        InspectionRequest request = new() { Paths = ["runs/a"], Windows = 0, SkipsData = true, Data = "text.txt" };
        string message = Assert.Throws<UsageException>(request.Check).Message;
        Assert.Contains("--windows 0 is outside", message);
        Assert.Contains("--data and --skip-data", message);
    }
}
