using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Core.Tests.Files;

public sealed class RunLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Folder_locked_by_another_process_is_refused_naming_folder_and_holder()
    {
        using LockHolder holder = new(_folder.Path);

        NGptException failure = Assert.Throws<NGptException>(() => RunLock.Acquire(_folder.Path));
        Assert.Contains(_folder.Path, failure.Message);
        Assert.Contains($"process {holder.ProcessId} on {Environment.MachineName} since 2", failure.Message);
        Assert.NotNull(failure.Remedy);

        holder.Release();
        using RunLock mine = RunLock.Acquire(_folder.Path);
        Assert.Equal(_folder.Path, mine.Folder);
    }

    [Fact]
    public void Lock_of_a_killed_process_is_free()
    {
        using LockHolder holder = new(_folder.Path);
        Assert.Throws<NGptException>(() => RunLock.Acquire(_folder.Path));

        holder.Kill();
        Assert.Contains($"process {holder.ProcessId}", File.ReadAllText(_folder.File(RunLock.FileName)));
        RunLock.Acquire(_folder.Path).Dispose();
    }

    [Fact]
    public void Second_lock_in_one_process_is_refused_until_the_first_is_disposed()
    {
        RunLock first = RunLock.Acquire(_folder.Path);
        NGptException failure = Assert.Throws<NGptException>(() => RunLock.Acquire(_folder.Path));
        Assert.Contains($"process {Environment.ProcessId} ", failure.Message);

        first.Dispose();
        first.Dispose();
        RunLock.Acquire(_folder.Path).Dispose();
        Assert.Empty(File.ReadAllText(_folder.File(RunLock.FileName)));
    }

    [Fact]
    public void Failed_attempts_leave_the_holders_entry_alone()
    {
        using RunLock first = RunLock.Acquire(_folder.Path);
        string one = Assert.Throws<NGptException>(() => RunLock.Acquire(_folder.Path)).Message;
        string two = Assert.Throws<NGptException>(() => RunLock.Acquire(_folder.Path)).Message;
        Assert.Equal(one, two);
    }

    [Fact]
    public void Missing_folder_is_named() =>
        Assert.Contains("does not exist", Assert.Throws<NGptException>(() => RunLock.Acquire(_folder.File("absent"))).Message);
}
