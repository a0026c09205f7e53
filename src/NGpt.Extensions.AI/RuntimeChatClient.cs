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
/// A model in this process as an <see cref="IChatClient"/>. It writes one answer at a time: further requests wait for their
/// turn. Safe to use from several threads.
/// </summary>
public sealed class RuntimeChatClient : IChatClient
{
    private const string Provider = "ngpt";

    private readonly RuntimeModel _model;
    private readonly ChatTemplate _template;
    private readonly SamplingOptions _defaults;
    private readonly TextGenerator _generator;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _closing = new();
    private readonly string _id;
    private int _isDisposed;

    /// <summary>Puts a model to work.</summary>
    /// <param name="model">The model; outlives the client.</param>
    /// <param name="template">How conversations are written as text: the template that the model was trained with.</param>
    /// <param name="defaults">Settings where a request does not say; null for those of the library.</param>
    /// <param name="context">Length of the context and threads; null for the defaults.</param>
    /// <exception cref="UsageException">A setting is out of range.</exception>
    /// <exception cref="NGptException">There is not enough memory.</exception>
    public RuntimeChatClient(RuntimeModel model, ChatTemplate template, SamplingOptions? defaults = null, ContextOptions? context = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(template);
        (_model, _template, _defaults) = (model, template, defaults ?? new SamplingOptions());
        _defaults.RequireValid();
        _generator = new TextGenerator(model, context);
        _id = model.Name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(model.Path));
    }

    /// <inheritdoc/>
    /// <exception cref="UsageException">A message or an option is one that the model cannot honour; the message says which.</exception>
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
    /// <exception cref="UsageException">A message or an option is one that the model cannot honour; the message says which.</exception>
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

    /// <summary>Gives back the context, once the answer that is being written has been cut short; the model stays.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        // Whoever writes does so in the context's memory: it goes when nobody has the turn, and nobody gets it again.
        _closing.Cancel();
        _turn.Wait();
        _generator.Dispose();
        _turn.Dispose();
        _closing.Dispose();
    }

    private static ChatFinishReason FinishReason(StopReason reason) => reason == StopReason.MaxTokens ? ChatFinishReason.Length : ChatFinishReason.Stop;

    private static UsageDetails Usage(GenerationResult result) => new()
    {
        InputTokenCount = result.PromptTokens,
        OutputTokenCount = result.GeneratedTokens,
        TotalTokenCount = result.PromptTokens + result.GeneratedTokens,
    };

    private static string NewId() => $"chatcmpl-{Guid.NewGuid():N}";

    private (string Prompt, SamplingOptions Sampling) Prepare(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        List<ChatTurn> turns = options?.Instructions is { Length: > 0 } instructions ? [new ChatTurn("system", instructions)] : [];
        turns.AddRange(messages.Select(ChatRequests.Turn));
        return (_template.Render(turns), ChatRequests.Sampling(options, _defaults, _template));
    }

    private async Task<GenerationResult> GenerateAsync(string prompt, SamplingOptions sampling, Action<string>? onText, CancellationToken stop)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop, _closing.Token);
        try
        {
            return await GenerateInTurnAsync(prompt, sampling, onText, end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(RuntimeChatClient));
        }
    }

    private async Task<GenerationResult> GenerateInTurnAsync(string prompt, SamplingOptions sampling, Action<string>? onText, CancellationToken stop)
    {
        await _turn.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            GenerationResult result = await Task.Run(() => _generator.Generate(prompt, sampling, onText, stop), CancellationToken.None).ConfigureAwait(false);
            return result.Reason == StopReason.Cancelled ? throw new OperationCanceledException(stop) : result;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(string prompt, SamplingOptions sampling, [EnumeratorCancellation] CancellationToken stop)
    {
        using CancellationTokenSource abandoned = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Channel<string> pieces = Channel.CreateUnbounded<string>(new() { SingleReader = true, SingleWriter = true });
        Task<GenerationResult> work = WriteAsync();
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
            // A caller that stops reading stops the work, and leaves the model to the next.
            await abandoned.CancelAsync().ConfigureAwait(false);
            await Task.WhenAny(work).ConfigureAwait(false);
        }

        ChatResponseUpdate Update(AIContent content) =>
            new(ChatRole.Assistant, [content]) { ResponseId = id, MessageId = id, ModelId = _id, CreatedAt = DateTimeOffset.UtcNow };

        async Task<GenerationResult> WriteAsync()
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
