using System.Buffers;

namespace NGpt.Core.Tokenizers.BytePair;

/// <summary>Writes tokens to a buffer writer in large pieces.</summary>
/// <param name="writer">Where to.</param>
internal ref struct TokenOutput(IBufferWriter<int> writer)
{
    private const int MinRoom = 4096;
    private Span<int> _room;
    private int _used;

    /// <summary>Room behind the tokens written so far.</summary>
    /// <param name="count">The least number of tokens that must fit.</param>
    public Span<int> Room(int count)
    {
        if (_room.Length - _used < count)
        {
            Flush();
            _room = writer.GetSpan(Math.Max(MinRoom, count));
        }

        return _room[_used..];
    }

    /// <summary>Says how much of the room was used.</summary>
    /// <param name="count">The number of tokens.</param>
    public void Advance(int count) => _used += count;

    /// <summary>Hands everything to the writer.</summary>
    public void Flush()
    {
        if (_used > 0)
        {
            writer.Advance(_used);
        }

        _room = [];
        _used = 0;
    }
}
