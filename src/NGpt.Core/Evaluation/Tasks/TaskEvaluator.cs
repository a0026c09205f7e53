namespace NGpt.Core.Evaluation.Tasks;

/// <summary>Scores a model on the questions of a task, zero-shot.</summary>
public static class TaskEvaluator
{
    // A call holds some batches, so that the scorer finds sequences of like length among them.
    private const int BatchesInCall = 8;

    /// <summary>Scores all questions.</summary>
    /// <param name="scorer">The model.</param>
    /// <param name="task">The questions in its tokens.</param>
    /// <param name="progress">Receives progress, or null.</param>
    /// <param name="stop">Ends it early with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The figures.</returns>
    public static TaskReport Evaluate(ITokenScorer scorer, EncodedTask task, IProgress<EvaluationProgress>? progress = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        ArgumentNullException.ThrowIfNull(task);
        (int hits, int normalizedHits, double nats) = (0, 0, 0);
        int done = 0;
        foreach (EncodedQuestion[] questions in Blocks(task.Questions, (long)BatchesInCall * scorer.BatchTokens))
        {
            stop.ThrowIfCancellationRequested();
            TokenScore[][][] scores = [.. questions.Select(question => question.Choices.Select(choice => new TokenScore[choice.Scored]).ToArray())];
            scorer.Score(
                [.. questions.SelectMany(question => question.Choices).Select(choice => choice.Tokens)],
                [.. scores.SelectMany(choices => choices).Select(choice => choice.AsMemory())],
                cancellationToken: stop);
            foreach ((EncodedQuestion question, TokenScore[][] choices) in questions.Zip(scores))
            {
                double[] sums = [.. choices.Select(choice => choice.Sum(token => (double)token.LogProbability))];
                if (task.Set.Scoring == TaskScoring.LastWord)
                {
                    hits += choices[0].All(token => token.IsMostLikely) ? 1 : 0;
                    nats -= sums[0];
                    continue;
                }

                hits += Highest(sums) == question.Answer ? 1 : 0;
                normalizedHits += Highest([.. sums.Zip(question.Choices, (sum, choice) => sum / choice.Characters)]) == question.Answer ? 1 : 0;
            }

            done += questions.Length;
            progress?.Report(new EvaluationProgress(task.Set.Name, done, task.Questions.Count, "question"));
        }

        return new TaskReport
        {
            Name = task.Set.Name,
            Path = task.Set.File.Path,
            Accuracy = new Proportion(hits, task.Questions.Count),
            NormalizedAccuracy = task.Set.Scoring == TaskScoring.Choice ? new Proportion(normalizedHits, task.Questions.Count) : null,
            Perplexity = task.Set.Scoring == TaskScoring.LastWord ? Math.Exp(nats / task.Questions.Count) : null,
            CutContexts = task.Questions.Count(question => question.Choices.Any(choice => choice.WasCut)),
            Unusable = task.Unusable,
        };
    }

    private static IEnumerable<EncodedQuestion[]> Blocks(IReadOnlyList<EncodedQuestion> questions, long tokens)
    {
        List<EncodedQuestion> block = [];
        long held = 0;
        foreach (EncodedQuestion question in questions)
        {
            block.Add(question);
            held += question.Choices.Sum(choice => (long)choice.Tokens.Length);
            if (held >= tokens)
            {
                yield return [.. block];
                block.Clear();
                held = 0;
            }
        }

        if (block.Count > 0)
        {
            yield return [.. block];
        }
    }

    // Of equal ones the first.
    private static int Highest(double[] values) => Array.IndexOf(values, values.Max());
}

/// <summary>The results of a model on a task.</summary>
public sealed record TaskReport
{
    /// <summary>Which task.</summary>
    public required string Name { get; init; }

    /// <summary>The file of its questions.</summary>
    public required string Path { get; init; }

    /// <summary>Questions whose right answer got the highest probability, or, for a last word, whose every token was the most likely one.</summary>
    public required Proportion Accuracy { get; init; }

    /// <summary>Questions whose right answer got the highest log-probability per Unicode character; null where answers have no length of their own.</summary>
    public required Proportion? NormalizedAccuracy { get; init; }

    /// <summary>exp of the mean of −ln p(last word); null for other tasks.</summary>
    public required double? Perplexity { get; init; }

    /// <summary>Questions with a context whose beginning did not fit into what the model sees in one context.</summary>
    public required int CutContexts { get; init; }

    /// <summary>The records that were left out.</summary>
    public required IReadOnlyList<UnusableRecord> Unusable { get; init; }
}

/// <summary>A share of questions, as an estimate from a sample.</summary>
/// <param name="Hits">How many.</param>
/// <param name="Count">Of how many, at least 1.</param>
public readonly record struct Proportion(int Hits, int Count)
{
    /// <summary>The share, 0 to 1.</summary>
    public double Value => (double)Hits / Count;

    /// <summary>Standard error of the share, √(p(1−p)/(n−1)); null for a single question.</summary>
    public double? StandardError => Count > 1 ? Math.Sqrt(Value * (1 - Value) / (Count - 1)) : null;
}
