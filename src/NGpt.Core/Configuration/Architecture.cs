namespace NGpt.Core.Configuration;

/// <summary>The two model families that can be trained, compared and run.</summary>
public enum Architecture
{
    /// <summary>The normalized Transformer: hidden states and matrices on the unit hypersphere.</summary>
    NGpt,

    /// <summary>The baseline: pre-norm Transformer with RMSNorm, RoPE and SwiGLU.</summary>
    Gpt,
}
