namespace NGpt.Core.Sampling.Constraints;

/// <summary>The rules and nodes of a grammar under construction.</summary>
internal sealed class GrammarSet
{
    private const int MaxAlternatives = 16384;

    // The rules of anyOf and $ref, whose alternatives are those of other rules.
    private readonly Dictionary<Rule, IReadOnlyList<Rule>> _includes = [];
    private Rule? _any;

    public List<Rule> Rules { get; } = [];

    public List<GrammarNode> Nodes { get; } = [];

    /// <summary>Any JSON value.</summary>
    public Rule Any => _any ?? CreateAny();

    /// <summary>Makes the alternatives of other rules those of a rule, once all are known.</summary>
    public void Include(Rule rule, IReadOnlyList<Rule> others) => _includes[rule] = others;

    /// <summary>Alternatives of alternatives become alternatives of the rule itself, each once. False where there are too many.</summary>
    public bool TryResolveAlternatives()
    {
        int total = 0;
        Dictionary<Rule, GrammarNode[]> resolved = [];
        foreach (Rule rule in _includes.Keys)
        {
            HashSet<Rule> seen = [rule];
            HashSet<GrammarNode> nodes = [];
            Stack<Rule> stack = new([rule]);
            while (stack.TryPop(out Rule? next))
            {
                nodes.UnionWith(next.Alternatives);
                foreach (Rule included in _includes.GetValueOrDefault(next, []).Reverse().Where(seen.Add))
                {
                    stack.Push(included);
                }

                if (++total > MaxAlternatives)
                {
                    return false;
                }
            }

            total += nodes.Count;
            resolved.Add(rule, [.. nodes]);
        }

        foreach ((Rule rule, GrammarNode[] nodes) in resolved)
        {
            rule.Alternatives = nodes;
        }

        return true;
    }

    /// <summary>Computes the heights of all rules: the smallest ones that agree with each other.</summary>
    public void UpdateHeights()
    {
        // Each round finds at least the rules of one more height, and heights are limited.
        bool hasChanged = true;
        while (hasChanged)
        {
            Nodes.ForEach(node => node.UpdateHeight());
            hasChanged = Rules.Aggregate(seed: false, (changed, rule) => rule.UpdateHeight() || changed);
        }
    }

    private Rule CreateAny()
    {
        _any = new Rule();
        GrammarNode[] nodes =
        [
            new ObjectNode([], _any), new ArrayNode(_any), new StringNode(), new NumberNode(isInteger: false),
            new LiteralNode(["true"u8.ToArray(), "false"u8.ToArray(), "null"u8.ToArray()]),
        ];
        _any.Alternatives = nodes;
        Nodes.AddRange(nodes);
        Rules.Add(_any);
        return _any;
    }
}
