namespace NGpt.Lab.Inspection;

/// <summary>Matrices and scales as they are written in tables and legends: the paper's symbols, as in docs/symbols.md.</summary>
public static class KindNames
{
    /// <summary>The name of a kind of matrix.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>For example <c>Wq (attention)</c>.</returns>
    public static string Of(MatrixKind kind) => kind switch
    {
        MatrixKind.TokenEmbedding => "E_in",
        MatrixKind.OutputEmbedding => "E_out",
        MatrixKind.Query => "Wq (attention)",
        MatrixKind.Key => "Wk (attention)",
        MatrixKind.Value => "Wv (attention)",
        MatrixKind.AttentionOutput => "Wo (attention)",
        MatrixKind.Up => "Wu (MLP)",
        MatrixKind.Gate => "Wv (MLP, gate)",
        MatrixKind.Down => "Wo (MLP, down)",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown kind"),
    };

    /// <summary>The name of a kind of scale.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>For example <c>s_qk</c>.</returns>
    public static string Of(ScaleKind kind) => kind switch
    {
        ScaleKind.AttentionAlpha => "|α_A|",
        ScaleKind.MlpAlpha => "|α_M|",
        ScaleKind.QueryKey => "|s_qk|",
        ScaleKind.Up => "s_u",
        ScaleKind.Gate => "s_v",
        ScaleKind.Logit => "s_z",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown kind"),
    };
}
