using System.CommandLine;
using NGpt.Core.Errors;
using NGpt.Data.Evaluation;

namespace NGpt.Cli.Commands;

/// <summary>What can compute an evaluation in a program, and the options that choose it.</summary>
internal abstract class ScorerOptions
{
    /// <summary>The options, in the order of the help.</summary>
    public abstract IReadOnlyList<Option> All { get; }

    /// <summary>Reads what the person asked for.</summary>
    /// <param name="result">A parsed command line whose command has these options.</param>
    /// <param name="model">The model's path.</param>
    /// <returns>What computes.</returns>
    /// <exception cref="UsageException">An option is wrong, or does not go with the model; the message has all problems.</exception>
    public abstract IScorerFactory Read(ParseResult result, string model);
}
