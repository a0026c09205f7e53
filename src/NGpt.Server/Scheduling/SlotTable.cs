using NGpt.Runtime.Inference;

namespace NGpt.Server.Scheduling;

/// <summary>
/// The slots of a context and the tokens that each holds. A slot keeps its tokens after its text has ended, so that a
/// prompt that begins alike need not be computed again.
/// </summary>
internal sealed class SlotTable
{
    private readonly IInferenceContext _context;
    private readonly List<int>[] _tokens;
    private readonly bool[] _busy;
    private readonly long[] _released;
    private long _clock;

    /// <summary>Takes over all slots of a context.</summary>
    public SlotTable(IInferenceContext context)
    {
        _context = context;
        _tokens = [.. Enumerable.Range(0, context.SlotCount).Select(_ => new List<int>())];
        _busy = new bool[context.SlotCount];
        _released = new long[context.SlotCount];
    }

    /// <summary>Slots that no text has.</summary>
    public int Free => _busy.Count(busy => !busy);

    /// <summary>Gives a text a free slot, of all the one that saves the most work.</summary>
    /// <param name="prompt">Its prompt.</param>
    /// <param name="maxReuse">How many of the prompt's tokens may be taken from what slots hold.</param>
    /// <returns>The slot, and how many tokens of the prompt it holds now.</returns>
    public (int Slot, int Reused) Take(ReadOnlySpan<int> prompt, int maxReuse)
    {
        (int source, int common) = LongestPrefix(prompt[..maxReuse]);

        // What a slot holds is given up where at least half of it goes on; else it stays, and its beginning is copied.
        int target = source >= 0 && !_busy[source] && 2 * common >= _tokens[source].Count ? source : LeastRecent(except: source);
        if (target == source || common == 0)
        {
            _context.Truncate(target, common);
            _tokens[target].RemoveRange(common, _tokens[target].Count - common);
        }
        else
        {
            // On the scheduler's thread: no step may run while the source, which may be in use, is read. It takes as long as
            // reading and writing so many bytes does, which is little beside computing the same tokens again.
            _tokens[target].Clear();
            _context.CopyPrefix(source, target, common);
            _tokens[target].AddRange(_tokens[source].GetRange(0, common));
        }

        _busy[target] = true;
        return (target, common);
    }

    /// <summary>Notes that a slot holds more tokens.</summary>
    public void Append(int slot, ReadOnlySpan<int> tokens) => _tokens[slot].AddRange(tokens);

    /// <summary>Gives a slot back; it keeps its tokens.</summary>
    public void Release(int slot)
    {
        _busy[slot] = false;
        _released[slot] = ++_clock;
    }

    /// <summary>Empties a slot whose content nobody can be sure of.</summary>
    public void Forget(int slot)
    {
        _tokens[slot].Clear();
        _context.Truncate(slot, 0);
    }

    private (int Slot, int Common) LongestPrefix(ReadOnlySpan<int> prompt)
    {
        (int best, int longest) = (-1, 0);
        for (int slot = 0; slot < _tokens.Length; slot++)
        {
            int common = prompt.CommonPrefixLength(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_tokens[slot]));

            // Of equals a free slot, which may be used as it is.
            if (common > longest || (common == longest && common > 0 && _busy[best] && !_busy[slot]))
            {
                (best, longest) = (slot, common);
            }
        }

        return (best, longest);
    }

    private int LeastRecent(int except)
    {
        int best = -1;
        for (int slot = 0; slot < _busy.Length; slot++)
        {
            if (!_busy[slot] && (best < 0 || best == except || (slot != except && Age(slot) < Age(best))))
            {
                best = slot;
            }
        }

        return best;

        // An empty slot before all others.
        long Age(int slot) => _tokens[slot].Count == 0 ? -1 : _released[slot];
    }
}
