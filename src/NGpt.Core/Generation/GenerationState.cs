using System.Runtime.InteropServices;
using NGpt.Core.Errors;
using NGpt.Core.Sampling;
using NGpt.Core.Sampling.Constraints;
using NGpt.Core.Tokenizers;

namespace NGpt.Core.Generation;

/// <summary>
/// The state of a text that is being generated: its tokens, the choice of the next one, the bytes of an unfinished character, and what may be the
/// beginning of a stop string. It is fed with logits, from whatever computes them. One thread at a time.
/// </summary>
public sealed class GenerationState
{
    private readonly ITokenizer _tokenizer;
    private readonly SamplingOptions _options;
    private readonly TokenSampler _sampler;
    private readonly LogitFilter? _filter;
    private readonly StopStringMatcher _stops;
    private readonly Utf8StreamDecoder _decoder = new();
    private readonly List<int> _tokens;

    // Where the tokens begin whose text is not returned yet, in characters of the decoded text.
    private readonly Queue<long> _hiddenTokens = new();
    private long _decodedLength;
    private long _returnedLength;
    private bool _dropsSpace;

    /// <summary>Begins after a prompt.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="options">How to sample, how much, and where to stop.</param>
    /// <param name="vocabularySize">V, the number of logits.</param>
    /// <param name="prompt">The tokens so far, each 0..V-1.</param>
    /// <exception cref="UsageException">An option is out of range.</exception>
    public GenerationState(ITokenizer tokenizer, SamplingOptions options, int vocabularySize, ReadOnlySpan<int> prompt)
        : this(tokenizer, options, new SamplerMemory(vocabularySize), prompt)
    {
    }

    /// <summary>Begins after a prompt, in memory that several texts share.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="options">How to sample, how much, and where to stop.</param>
    /// <param name="memory">What tokens are chosen in: one text at a time.</param>
    /// <param name="prompt">The tokens so far, each 0..V-1.</param>
    /// <param name="constraints">What the text may consist of; null for no constraints.</param>
    /// <exception cref="UsageException">An option is out of range, or a token of the constraints is not in the vocabulary.</exception>
    public GenerationState(ITokenizer tokenizer, SamplingOptions options, SamplerMemory memory, ReadOnlySpan<int> prompt, TokenConstraints? constraints = null)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(options);
        (_tokenizer, _options) = (tokenizer, options);
        _sampler = new TokenSampler(options, memory);
        _filter = constraints is null or { IsEmpty: true } ? null : new LogitFilter(constraints, tokenizer, memory.VocabularySize, options.IgnoreEndOfText);
        _stops = new StopStringMatcher(options.StopStrings);
        _tokens = [.. prompt];
        PromptTokens = prompt.Length;
        _dropsSpace = tokenizer.AddsLeadingSpace && (prompt.IsEmpty || prompt[^1] == tokenizer.EndOfText);
        Ended = options.MaxTokens == 0 ? StopReason.MaxTokens : null;
    }

    /// <summary>Tokens of the prompt.</summary>
    public int PromptTokens { get; }

    /// <summary>
    /// Tokens at the beginning that the model no longer reads, because prompt and text are longer than its context; 0 while
    /// everything fits.
    /// </summary>
    public int DiscardedTokens { get; internal set; }

    /// <summary>Tokens chosen so far.</summary>
    public int GeneratedTokens => _tokens.Count - PromptTokens;

    /// <summary>
    /// Generated tokens that belong to the text returned so far: of each at least the beginning was returned. Those behind them
    /// may be part of a stop string; those of the stop string that ended the text, and all behind it, never count.
    /// </summary>
    public int ReturnedTokens => GeneratedTokens - _hiddenTokens.Count;

    /// <summary>The prompt and what was chosen, valid until the next call.</summary>
    public ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_tokens);

    /// <summary>The seed in use: giving it again, with the same logits, gives the same text.</summary>
    public ulong Seed => _sampler.Seed;

    /// <summary>Why the text has ended, or null while it is being generated.</summary>
    public StopReason? Ended { get; private set; }

    /// <summary>Chooses the next token.</summary>
    /// <param name="logits">The model's logits after all <see cref="Tokens"/> [V].</param>
    /// <returns>The text that can be shown now: whole characters, nothing that may begin a stop string. Often empty.</returns>
    /// <exception cref="InvalidOperationException">The text has ended.</exception>
    /// <exception cref="NGptException">A logit is not finite.</exception>
    public string Next(ReadOnlySpan<float> logits)
    {
        if (Ended is not null)
        {
            throw new InvalidOperationException("the text has ended");
        }

        int token = _sampler.Sample(logits, Tokens, PromptTokens, _filter);
        _tokens.Add(token);
        _hiddenTokens.Enqueue(_decodedLength);
        if (_filter?.IsStopToken(token) == true)
        {
            string rest = End(StopReason.StopToken);
            _hiddenTokens.Enqueue(_decodedLength);
            return rest;
        }

        if (_tokenizer.EndsText(token) && (!_options.IgnoreEndOfText || _filter?.HasGrammar == true))
        {
            return End(StopReason.EndOfText);
        }

        ReadOnlySpan<byte> bytes = _tokenizer.TokenBytes(token);
        _filter?.Accept(bytes);
        if (_dropsSpace && !bytes.IsEmpty)
        {
            // A document begins: its first space is the tokenizer's.
            bytes = bytes[0] == (byte)' ' ? bytes[1..] : bytes;
            _dropsSpace = false;
        }

        string text = Decoded(_decoder.Append(bytes));
        StopReason? reason = _filter?.IsComplete == true ? StopReason.Complete : GeneratedTokens == _options.MaxTokens ? StopReason.MaxTokens : null;
        return Ended is null && reason is StopReason end ? text + End(end) : text;
    }

    /// <summary>Ends the text, unless it has ended already.</summary>
    /// <param name="reason">Why.</param>
    /// <returns>
    /// The text that was held back. An incomplete character at the end is left out, since further tokens would have completed it;
    /// only where the model itself ended the text, or a stop token did, it is U+FFFD.
    /// </returns>
    public string End(StopReason reason)
    {
        if (Ended is not null)
        {
            return string.Empty;
        }

        string rest = reason is StopReason.EndOfText or StopReason.StopToken ? Decoded(_decoder.Flush()) : string.Empty;
        if (Ended is not null)
        {
            return rest;
        }

        Ended = reason;
        _hiddenTokens.Clear();
        return rest + _stops.Finish();
    }

    private string Decoded(string piece)
    {
        string text = _filter?.IgnoresStopStrings(GeneratedTokens) == true ? piece : _stops.Append(piece);
        _decodedLength += piece.Length;
        _returnedLength += text.Length;
        bool isReturned = _returnedLength == _decodedLength && !_decoder.IsWithinCharacter;
        while (_hiddenTokens.TryPeek(out long start) && (isReturned || start < _returnedLength))
        {
            _hiddenTokens.Dequeue();
        }

        if (_stops.Matched is not null)
        {
            Ended = StopReason.StopString;
        }

        return text;
    }
}

/// <summary>A generated text and how it ended.</summary>
/// <param name="Text">The text without the prompt: what was streamed, in one piece.</param>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="GeneratedTokens">Tokens sampled.</param>
/// <param name="Reason">Why it ended.</param>
/// <param name="Seed">The seed that was used: giving it again to a new generator gives the same text.</param>
/// <param name="Elapsed">Time from the prompt to the last token.</param>
public sealed record GenerationResult(string Text, int PromptTokens, int GeneratedTokens, StopReason Reason, ulong Seed, TimeSpan Elapsed)
{
    /// <summary>Tokens at the beginning of prompt and text that the model did not read in the end, because its context is shorter; 0 where everything fitted.</summary>
    public int DiscardedTokens { get; init; }
}

/// <summary>Why a generated text ended.</summary>
public enum StopReason
{
    /// <summary>The number of tokens requested was reached.</summary>
    MaxTokens,

    /// <summary>A stop string appeared.</summary>
    StopString,

    /// <summary>The model ended the document: it chose the token that stands between documents.</summary>
    EndOfText,

    /// <summary>The caller asked to stop.</summary>
    Cancelled,

    /// <summary>A stop token was chosen, whose text is not part of the result.</summary>
    StopToken,

    /// <summary>The text is complete: a grammar lets nothing follow.</summary>
    Complete,
}
