using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Lab.Inspection;

namespace NGpt.Lab.Tests.Inspection;

public sealed class SubjectTests
{
    [Fact]
    public void Names_of_models_are_unique()
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
    public void A_checkpoint_is_the_best_the_latest_or_that_of_a_step()
    {
        Assert.Same(CheckpointChoice.Best, CheckpointChoice.Parse("best"));
        Assert.Same(CheckpointChoice.Latest, CheckpointChoice.Parse("latest"));
        Assert.Equal(120, CheckpointChoice.Parse("120").Step);
        Assert.All(
            (string[])["", "newest", "-1", "1.5", "99999999999"],
            word => Assert.Contains("--checkpoint", Assert.Throws<UsageException>(() => CheckpointChoice.Parse(word)).Message));
    }

    [Fact]
    public void All_problems_of_a_request_are_named_at_once()
    {
        InspectionRequest request = new() { Paths = ["runs/a"], Windows = 0, SkipsData = true, Data = "text.txt" };
        string message = Assert.Throws<UsageException>(request.ThrowIfInvalid).Message;
        Assert.Contains("--windows 0 is outside", message);
        Assert.Contains("--data and --skip-data", message);
    }
}
