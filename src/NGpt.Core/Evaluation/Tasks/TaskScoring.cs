namespace NGpt.Core.Evaluation.Tasks;

/// <summary>What makes an answer right, and what is reported.</summary>
public enum TaskScoring
{
    /// <summary>The most probable continuation is taken: <c>acc</c>, and <c>acc_norm</c> by the probability a character.</summary>
    Choice,

    /// <summary>The same text after different beginnings: <c>acc</c> alone, for the text is equally long.</summary>
    PartialContext,

    /// <summary>Every token of the continuation must be the most likely one: <c>acc</c>, and the perplexity of the continuation.</summary>
    LastWord,
}
