namespace NGpt.Core.Tokenizers;

/// <summary>How far the training of a tokenizer is.</summary>
/// <param name="Tokens">Tokens of the vocabulary so far.</param>
/// <param name="VocabularySize">Tokens asked for.</param>
public readonly record struct BytePairTrainingProgress(int Tokens, int VocabularySize);
