using NGpt.Core.Checkpoints;
using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Core.Tests.Checkpoints;

/// <summary>A failure at the first write of a checkpoint, at the second, and so on, until the save goes through.</summary>
public sealed class CheckpointFaultTests : IDisposable
{
    private const int DiskFullUnix = 28;
    private const int DiskFullWindows = unchecked((int)0x80070070);
    private const int Tensors = 5;
    private const int Pieces = 4;

    private readonly TemporaryFolder _folder = new();
    private readonly CheckpointStore _store;

    // Writes that still succeed.
    private int _left = int.MaxValue;

    public CheckpointFaultTests() => _store = new CheckpointStore(_folder.File("checkpoints"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_failure_at_any_write_leaves_the_earlier_checkpoint_as_it_was(bool ofMemory)
    {
        Save(5);
        int failures = 0;
        for (bool saved = false; !saved; failures += saved ? 0 : 1)
        {
            _left = failures;
            Exception? failure = Record.Exception(() => Save(10, ofMemory));
            saved = failure is null;
            if (failure is not null)
            {
                Assert.Equal(ofMemory ? typeof(InsufficientMemoryException) : typeof(NGptException), failure.GetType());
                Assert.True(ofMemory || failure.Message.StartsWith("no space left on", StringComparison.Ordinal), failure.Message);
                Assert.Equal([5], _store.All.Select(checkpoint => checkpoint.Step!.Value));
                Assert.Equal(5, _store.At(5).Verify().Step);
                Assert.Equal(["latest", "step-00000005"], Entries());
            }
        }

        // Each piece of the two files of tensors, and the three small files.
        Assert.Equal((2 * Tensors * Pieces) + 3, failures);
        Assert.Equal([5, 10], _store.All.Select(checkpoint => checkpoint.Step!.Value));
        Assert.Equal(10, _store.At(10).Verify().Step);
        Assert.Equal(["latest", "step-00000005", "step-00000010"], Entries());
    }

    private string[] Entries() => [.. Directory.GetFileSystemEntries(_folder.File("checkpoints")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    // The same files as of a model in training, through the same writers.
    private void Save(int step, bool ofMemory = false) => _store.Add(step, bestStep: null, keep: 3, checkpoint => DurableFolder.Create(checkpoint.Path, folder =>
    {
        CheckpointFolder temporary = new(folder);
        SafetensorsWriter.Write(temporary.File(CheckpointFolder.ModelFile), Entries(step, ofMemory));
        foreach (string file in new[] { CheckpointFolder.ConfigFile, "tokenizer.json" })
        {
            DurableFile.Write(temporary.File(file), stream => Write(stream, [1, 2, 3], ofMemory));
        }

        SafetensorsWriter.Write(temporary.File(CheckpointFolder.OptimizerFile), Entries(step, ofMemory));
        byte[] state = TrainerStateJson.Serialize(new TrainerState
        {
            Step = step,
            DataPosition = step,
            ElapsedSeconds = step,
            Threads = 1,
            Device = "cpu",
            Files = temporary.Digests(),
        });
        DurableFile.Write(temporary.File(CheckpointFolder.StateFile), stream => Write(stream, state, ofMemory));
    }));

    private SafetensorsEntry[] Entries(int step, bool ofMemory) => [.. Enumerable.Range(0, Tensors).Select(number =>
        new SafetensorsEntry($"t{number}", TensorType.U8, [Pieces, 3000], stream =>
        {
            byte[] piece = new byte[3000];
            Array.Fill(piece, (byte)(step + number));
            for (int i = 0; i < Pieces; i++)
            {
                Write(stream, piece, ofMemory);
            }
        }))];

    private void Write(Stream stream, byte[] bytes, bool ofMemory)
    {
        if (_left-- <= 0)
        {
            // Half of it is written, as when a disk becomes full.
            stream.Write(bytes.AsSpan(0, bytes.Length / 2));
            throw ofMemory ? new InsufficientMemoryException() : new IOException("No space left on device", OperatingSystem.IsWindows() ? DiskFullWindows : DiskFullUnix);
        }

        stream.Write(bytes);
    }
}
