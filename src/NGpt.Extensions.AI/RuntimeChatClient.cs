using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.AI;
using NGpt.Core.Errors;
using NGpt.Core.Generation;
using NGpt.Core.Sampling;
using NGpt.Runtime.Generation;
using NGpt.Runtime.Inference;
using NGpt.Runtime.Models;

namespace NGpt.Extensions.AI;

/// <summary>
/// A model in this process as an <see cref="IChatClient"/>. It generates one answer at a time; further requests wait.
/// Thread-safe.
/// </summary>
public sealed class RuntimeChatClient : IChatClient
{
    private const string Provider = "ngpt";

    private readonly RuntimeModel _model;
    private readonly ChatTemplate _template;
    private readonly SamplingOptions _defaults;
    private readonly TextGenerator _generator;
    private readonly SemaphoreSlim _lock = new(1);
    private readonly CancellationTokenSource _disposing = new();
    private readonly string _id;
    private int _isDisposed;

    /// <summary>Creates a client.</summary>
    /// <param name="model">The model, which must outlive the client.</param>
    /// <param name="template">The chat template that the model was trained with.</param>
    /// <param name="defaults">Sampling settings where a request does not set them; null for those of the library.</param>
    /// <param name="context">Context length and threads; null for the defaults.</param>
    /// <exception cref="UsageException">A setting is out of range.</exception>
    /// <exception cref="NGptException">There is not enough memory.</exception>
    public RuntimeChatClient(RuntimeModel model, ChatTemplate template, SamplingOptions? defaults = null, ContextOptions? context = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(template);
        (_model, _template, _defaults) = (model, template, defaults ?? new SamplingOptions());
        _defaults.ThrowIfInvalid();
        _generator = new TextGenerator(model, context);
        _id = model.Name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(model.Path));
    }

    /// <inheritdoc/>
    /// <exception cref="UsageException">A message or an option is not supported; the error says which.</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        (string prompt, SamplingOptions sampling) = Prepare(messages, options);
        GenerationResult result = await GenerateAsync(prompt, sampling, onText: null, cancellationToken).ConfigureAwait(false);
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, result.Text))
        {
            ResponseId = NewId(),
            ModelId = _id,
            CreatedAt = DateTimeOffset.UtcNow,
            FinishReason = FinishReason(result.Reason),
            Usage = Usage(result),
        };
    }

    /// <inheritdoc/>
    /// <exception cref="UsageException">A message or an option is not supported; the error says which.</exception>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        (string prompt, SamplingOptions sampling) = Prepare(messages, options);
        return StreamAsync(prompt, sampling, cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata(Provider, defaultModelId: _id)
            : serviceType == typeof(RuntimeModel) ? _model
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Cancels the active generation, waits for its end, and releases the context; the model stays loaded.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        // A generation uses the context's memory: it is released when none holds the lock, and none gets it again.
        _disposing.Cancel();
        _lock.Wait();
        _generator.Dispose();
        _lock.Dispose();
        _disposing.Dispose();
    }

    private static ChatFinishReason FinishReason(StopReason reason) => reason == StopReason.MaxTokens ? ChatFinishReason.Length : ChatFinishReason.Stop;

    private static UsageDetails Usage(GenerationResult result) => new()
    {
        InputTokenCount = result.PromptTokens,
        OutputTokenCount = result.GeneratedTokens,
        TotalTokenCount = result.PromptTokens + result.GeneratedTokens,
        // Not read in the end, where the conversation became longer than the context.
        AdditionalCounts = result.DiscardedTokens > 0 ? new() { ["discarded_tokens"] = result.DiscardedTokens } : null,
    };

    private static string NewId() => $"chatcmpl-{Guid.NewGuid():N}";

    private (string Prompt, SamplingOptions Sampling) Prepare(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        List<ChatTurn> turns = options?.Instructions is { Length: > 0 } instructions ? [new ChatTurn("system", instructions)] : [];
        turns.AddRange(messages.Select(ChatRequests.Turn));
        string prompt = _template.Render(turns);
        int tokens = _model.Tokenizer.EncodePrompt(prompt).Length;
        return tokens <= _generator.ContextLength
            ? (prompt, ChatRequests.Sampling(options, _defaults, _template))
            : throw new UsageException(
                $"the conversation has {tokens:N0} tokens, the context length is {_generator.ContextLength:N0}", "leave out its oldest messages, or give a larger context length");
    }

    private async Task<GenerationResult> GenerateAsync(string prompt, SamplingOptions sampling, Action<string>? onText, CancellationToken stop)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop, _disposing.Token);
        try
        {
            return await GenerateExclusivelyAsync(prompt, sampling, onText, end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(RuntimeChatClient));
        }
    }

    private async Task<GenerationResult> GenerateExclusivelyAsync(string prompt, SamplingOptions sampling, Action<string>? onText, CancellationToken stop)
    {
        await _lock.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            GenerationResult result = await Task.Run(() => _generator.Generate(prompt, sampling, onText, stop), CancellationToken.None).ConfigureAwait(false);
            return result.Reason == StopReason.Cancelled ? throw new OperationCanceledException(stop) : result;
        }
        finally
        {
            _lock.Release();
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(string prompt, SamplingOptions sampling, [EnumeratorCancellation] CancellationToken stop)
    {
        using CancellationTokenSource abandoned = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Channel<string> pieces = Channel.CreateUnbounded<string>(new() { SingleReader = true, SingleWriter = true });
        Task<GenerationResult> work = ProduceAsync();
        string id = NewId();
        try
        {
            await foreach (string piece in pieces.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                yield return Update(new TextContent(piece));
            }

            GenerationResult result = await work.ConfigureAwait(false);
            ChatResponseUpdate last = Update(new UsageContent(Usage(result)));
            last.FinishReason = FinishReason(result.Reason);
            yield return last;
        }
        finally
        {
            // A caller that stops reading cancels the generation and frees the model for the next.
            await abandoned.CancelAsync().ConfigureAwait(false);
            await Task.WhenAny(work).ConfigureAwait(false);
        }

        ChatResponseUpdate Update(AIContent content) =>
            new(ChatRole.Assistant, [content]) { ResponseId = id, MessageId = id, ModelId = _id, CreatedAt = DateTimeOffset.UtcNow };

        async Task<GenerationResult> ProduceAsync()
        {
            try
            {
                return await GenerateAsync(prompt, sampling, piece => pieces.Writer.TryWrite(piece), abandoned.Token).ConfigureAwait(false);
            }
            finally
            {
                pieces.Writer.TryComplete();
            }
        }
    }
}
