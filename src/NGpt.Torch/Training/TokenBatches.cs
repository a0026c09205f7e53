using NGpt.Core.Data;
using static TorchSharp.torch;

namespace NGpt.Torch.Training;

/// <summary>Turns windows of a token file into input and target tensors.</summary>
public sealed class TokenBatches
{
    private readonly TokenFile _file;
    private readonly int _contextLength;
    private readonly Device _device;

    /// <summary>Creates the reader.</summary>
    /// <param name="file">The tokens; outlives the reader.</param>
    /// <param name="contextLength">T.</param>
    /// <param name="device">Where the tensors are needed.</param>
    public TokenBatches(TokenFile file, int contextLength, Device device) =>
        (_file, _contextLength, _device) = (file, contextLength, device);

    /// <summary>Reads windows of T + 1 tokens: the first T are the input, the last T the targets.</summary>
    /// <param name="starts">B offsets into the file.</param>
    /// <returns>int64 [B, T] each; the caller disposes of them.</returns>
    public (Tensor Inputs, Tensor Targets) Read(ReadOnlySpan<long> starts)
    {
        int width = _contextLength + 1;
        long[] tokens = new long[starts.Length * width];
        for (int row = 0; row < starts.Length; row++)
        {
            _file.Read(starts[row], tokens.AsSpan(row * width, width));
        }

        using IDisposable scope = NewDisposeScope();
        Tensor windows = tensor(tokens, [starts.Length, width]);
        Tensor inputs = windows.narrow(1, 0, _contextLength).contiguous().to(_device);
        Tensor targets = windows.narrow(1, 1, _contextLength).contiguous().to(_device);
        return (inputs.MoveToOuterDisposeScope(), targets.MoveToOuterDisposeScope());
    }
}
