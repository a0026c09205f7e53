using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace NGpt.Core.Sampling.Constraints;

/// <summary>
/// The JSON texts of a schema, compiled: every text of the grammar is valid JSON and conforms to the schema. Texts
/// have no whitespace but a single space at the beginning and after colons and commas, and at most 32 levels. Immutable and
/// safe to share between threads.
/// </summary>
public sealed class JsonGrammar
{
    /// <summary>The deepest nesting of a schema.</summary>
    public const int MaxSchemaDepth = 64;

    private JsonGrammar(Rule rule, IReadOnlyList<GrammarNode> nodes)
    {
        Start = new RootNode(rule).Begin();
        Nodes = nodes;
    }

    /// <summary>Any JSON object.</summary>
    public static JsonGrammar AnyObject { get; } = CreateAnyObject();

    /// <summary>The state before the first byte.</summary>
    internal Frame Start { get; }

    /// <summary>All nodes but the root.</summary>
    internal IReadOnlyList<GrammarNode> Nodes { get; }

    /// <summary>Compiles a JSON Schema. What the grammar cannot express is a problem: nothing is ignored but annotations.</summary>
    /// <param name="schema">The schema, an object or <see langword="true"/>; it is not needed afterwards.</param>
    /// <param name="grammar">The grammar; null where there are problems.</param>
    /// <param name="problems">Path and reason of each problem, such as <c>$.properties.date.format is not supported</c>.</param>
    /// <returns>Whether the whole schema is supported.</returns>
    public static bool TryCompile(JsonElement schema, [NotNullWhen(true)] out JsonGrammar? grammar, out IReadOnlyList<string> problems)
    {
        SchemaCompiler compiler = new(schema);
        Rule? rule = null;
        try
        {
            rule = compiler.Compile();
            problems = compiler.Problems;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, written as an escape.
            problems = ["$ has a name that is not valid Unicode text"];
        }

        grammar = rule is null ? null : new JsonGrammar(rule, compiler.Nodes);
        return grammar is not null;
    }

    private static JsonGrammar CreateAnyObject()
    {
        GrammarSet set = new();
        ObjectNode node = new([], set.Any);
        set.Nodes.Add(node);
        Rule rule = new() { Alternatives = [node] };
        set.Rules.Add(rule);
        set.UpdateHeights();
        return new JsonGrammar(rule, set.Nodes);
    }
}
