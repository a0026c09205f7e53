namespace NGpt.Lab.Runs;

/// <summary>In what held-out loss is measured.</summary>
public enum LossMeasure
{
    /// <summary>Bits over bytes of text: comparable across tokenizers.</summary>
    BitsPerByte,

    /// <summary>Nats a token: comparable only for the same tokenizer and the same held-out text.</summary>
    NatsPerToken,
}
