using System.CommandLine;
using NGpt.Data.Evaluation;

namespace NGpt.Cli.Commands;

/// <summary>The runtime computes every evaluation; only its threads can be chosen.</summary>
internal sealed class RuntimeScorerOptions : ScorerOptions
{
    private readonly Option<int?> _threads = ThreadOption.Create();

    /// <inheritdoc/>
    public override IReadOnlyList<Option> All => [_threads];

    /// <inheritdoc/>
    public override IScorerFactory Read(ParseResult result, string model) => new RuntimeScorerFactory(ThreadOption.Read(result, _threads));
}
