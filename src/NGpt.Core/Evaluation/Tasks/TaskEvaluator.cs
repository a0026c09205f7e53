namespace NGpt.Core.Evaluation.Tasks;

/// <summary>Has a model answer the questions of a task, without examples before them.</summary>
public static class TaskEvaluator
{
    // A call holds some batches, so that the scorer finds sequences of like length among them.
    private const int BatchesInCall = 8;

    /// <summary>Answers all questions.</summary>
    /// <param name="scorer">The model.</param>
    /// <param name="task">The questions in its tokens.</param>
    /// <param name="progress">Is told how far it is, or null.</param>
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
