using NGpt.Core.Checkpoints;

namespace NGpt.Core.Tests.Checkpoints;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CheckpointStore _store;

    public CheckpointStoreTests() => _store = new CheckpointStore(_folder.File("checkpoints"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 40, new[] { 15, 40 })]
    [InlineData(3, 40, new[] { 15, 30, 35, 40 })]
    [InlineData(3, 15, new[] { 5, 10, 15 })]
    public void The_newest_and_the_best_are_kept(int keep, int last, int[] expected)
    {
        for (int step = 5; step <= last; step += 5)
        {
            Add(step, bestStep: Math.Min(step, 15), keep);
        }

        Assert.Equal(expected, Steps());
        Assert.Equal(15, _store.BestOrNewest!.Step);
        Assert.Equal($"step-{last:D8}\n", Pointer("latest"));
    }

    [Fact]
    public void Steps_beyond_eight_digits_keep_their_order()
    {
        Add(99_999_999, bestStep: null, keep: 1);
        Add(100_000_000, bestStep: null, keep: 1);
        Assert.Equal([100_000_000], Steps());
    }

    [Fact]
    public void Checkpoints_after_the_new_one_make_no_old_one_go()
    {
        foreach (int step in new[] { 5, 10, 15, 20 })
        {
            Add(step, bestStep: 5, keep: 9);
        }

        Add(12, bestStep: 5, keep: 2);
        Assert.Equal([5, 10, 12], Steps());
        Assert.Equal("step-00000012\n", Pointer("latest"));
    }

    [Fact]
    public void A_save_that_fails_changes_nothing()
    {
        Add(5, bestStep: 5, keep: 1);
        Assert.Throws<IOException>(() => _store.Add(10, 10, keep: 1, _ => throw new IOException("full")));
        Assert.Equal([5], Steps());
        Assert.Equal("step-00000005\n", Pointer("latest"));
    }

    [Fact]
    public void The_pointer_is_written_after_the_folder_it_names()
    {
        Add(5, bestStep: 5, keep: 1);
        _store.Add(10, 10, keep: 1, folder =>
        {
            Assert.Equal("step-00000005\n", Pointer("latest"));
            Make(folder);
        });
        Assert.Equal("step-00000010\n", Pointer("latest"));
    }

    private int[] Steps() => [.. _store.All.Select(checkpoint => checkpoint.Step!.Value)];

    private string Pointer(string name) => File.ReadAllText(Path.Combine(_folder.File("checkpoints"), name));

    private void Add(int step, int? bestStep, int keep) => _store.Add(step, bestStep, keep, Make);

    private static void Make(CheckpointFolder folder)
    {
        Directory.CreateDirectory(folder.Path);
        File.WriteAllText(Path.Combine(folder.Path, CheckpointFolder.StateFile), "{}");
    }
}
