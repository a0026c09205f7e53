using System.Runtime.InteropServices;
using NGpt.Runtime.Inference;

namespace NGpt.Server.Scheduling;

/// <summary>
/// The slots of a context and the tokens that each holds. A slot keeps its tokens after its sequence has ended, so that a
/// prompt with the same prefix reuses them.
/// </summary>
internal sealed class SlotTable
{
    private readonly IInferenceContext _context;
    private readonly List<int>[] _tokens;
    private readonly bool[] _busy;
    private readonly long[] _released;
    private long _clock;

    /// <summary>Manages all slots of a context.</summary>
    public SlotTable(IInferenceContext context)
    {
        _context = context;
        _tokens = [.. Enumerable.Range(0, context.SlotCount).Select(_ => new List<int>())];
        _busy = new bool[context.SlotCount];
        _released = new long[context.SlotCount];
    }

    /// <summary>
    /// Assigns a free slot, the one that saves the most computation; at most <paramref name="maxReuse"/> tokens of the prompt
    /// are reused. Returns the slot and how many tokens of the prompt it holds now.
    /// </summary>
    public (int Slot, int Reused) Take(ReadOnlySpan<int> prompt, int maxReuse)
    {
        (int source, int common) = LongestPrefix(prompt[..maxReuse]);

        // A slot is taken over where at least half of its tokens are reused; else it keeps them, and the prefix is copied.
        int target = source >= 0 && !_busy[source] && 2 * common >= _tokens[source].Count ? source : LeastRecentlyUsed(except: source);
        if (target == source || common == 0)
        {
            _context.Truncate(target, common);
            _tokens[target].RemoveRange(common, _tokens[target].Count - common);
        }
        else
        {
            // On the scheduler's thread: no forward pass may run while the source, which may be in use, is read. Copying the
            // keys and values takes far less time than computing them again.
            _tokens[target].Clear();
            _context.CopyPrefix(source, target, common);
            _tokens[target].AddRange(_tokens[source].GetRange(0, common));
        }

        _busy[target] = true;
        return (target, common);
    }

    /// <summary>Records that a slot holds more tokens.</summary>
    public void Append(int slot, ReadOnlySpan<int> tokens) => _tokens[slot].AddRange(tokens);

    /// <summary>Frees a slot; its tokens are dropped where a failure left its content unknown.</summary>
    public void Release(int slot, bool keepTokens)
    {
        _busy[slot] = false;
        _released[slot] = ++_clock;
        if (!keepTokens)
        {
            _tokens[slot].Clear();
            _context.Truncate(slot, 0);
        }
    }

    private (int Slot, int Common) LongestPrefix(ReadOnlySpan<int> prompt)
    {
        (int best, int longest) = (-1, 0);
        for (int slot = 0; slot < _tokens.Length; slot++)
        {
            int common = prompt.CommonPrefixLength(CollectionsMarshal.AsSpan(_tokens[slot]));

            // Of equal ones a free slot, which needs no copy.
            if (common > longest || (common == longest && common > 0 && _busy[best] && !_busy[slot]))
            {
                (best, longest) = (slot, common);
            }
        }

        return (best, longest);
    }

    private int LeastRecentlyUsed(int except)
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

        // An empty slot comes first.
        long Age(int slot) => _tokens[slot].Count == 0 ? -1 : _released[slot];
    }
}
