using NGpt.Core.Configuration;
using NGpt.Core.Evaluation;
using NGpt.Core.Evaluation.Tasks;
using NGpt.Data.Corpora;

namespace NGpt.Data.Evaluation;

/// <summary>What to measure of a model.</summary>
public sealed record EvaluationJobOptions
{
    /// <summary>A run folder, which means its best checkpoint, a checkpoint folder, or what else the scorers can read.</summary>
    public required string Model { get; init; }

    /// <summary>The text, as <see cref="EvaluationRequest.Source"/>; null for what the model's run held out, unless there are tasks.</summary>
    public string? Data { get; init; }

    /// <summary>The part of the text; null for the default.</summary>
    public DataSplit? Split { get; init; }

    /// <summary>How text files are read; null for the defaults.</summary>
    public FileCorpusOptions? Files { get; init; }

    /// <summary>How the text is measured; its packing is that of <see cref="Packing"/>.</summary>
    public PerplexityOptions Perplexity { get; init; } = new();

    /// <summary>What tokens of a window see of each other; null for what the model's run was trained with.</summary>
    public WindowPacking? Packing { get; init; }

    /// <summary>Sequences that are computed at a time; null for the default of what computes.</summary>
    public int? BatchSize { get; init; }

    /// <summary>The tasks.</summary>
    public IReadOnlyList<TaskFile> Tasks { get; init; } = [];

    /// <summary>Only the first questions of each task, this many; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Gathers everything that is wrong with these options.</summary>
    /// <param name="contextLength">T, what the model was trained with; null where that is not known yet.</param>
    /// <returns>One line per problem; empty when the options are valid.</returns>
    public IReadOnlyList<string> Validate(int? contextLength)
    {
        List<string> problems = [.. Perplexity.Validate(contextLength)];
        foreach ((string name, int? value) in (ReadOnlySpan<(string, int?)>)[("--batch-size", BatchSize), ("--limit", Limit)])
        {
            if (value is < 1)
            {
                problems.Add($"{name} {value} is below 1");
            }
        }

        return problems;
    }
}
