using NGpt.Core.Errors;

namespace NGpt.PeerBenchmarks.Native;

/// <summary>
/// One sequence that llama.cpp computes. Its threads are kept from call to call, as in llama.cpp's own benchmark; idle ones spin
/// for a long while, so they are paused before others are timed.
/// </summary>
internal sealed unsafe class LlamaContext : ISubject
{
    private readonly LlamaLibrary _library;
    private readonly int _vocabularySize;
    private readonly delegate* unmanaged[Cdecl]<nint, LlamaBatch, int> _decode;
    private readonly delegate* unmanaged[Cdecl]<nint, int, float*> _logits;
    private nint _context;
    private readonly nint _threads;

    /// <summary>Prepares a sequence. <paramref name="model"/>: the model; it must outlive this.</summary>
    /// <exception cref="NGptException">llama.cpp cannot.</exception>
    public LlamaContext(LlamaLibrary library, LlamaModel model, int contextLength, int threads, bool exact = false)
    {
        (_library, _vocabularySize) = (library, model.VocabularySize);
        LlamaContextParameters parameters = library.DefaultContextParameters();
        parameters.ContextLength = (uint)contextLength;
        parameters.OutputsOfSequence = 0;
        parameters.Threads = threads;
        parameters.BatchThreads = threads;
        if (exact)
        {
            (parameters.KeyType, parameters.ValueType, parameters.FlashAttention) = (0, 0, 0);
        }

        _context = ((delegate* unmanaged[Cdecl]<nint, LlamaContextParameters, nint>)library.Llama("llama_init_from_model"))(model.Handle, parameters);
        if (_context == 0)
        {
            throw new NGptException($"llama.cpp gives no context: {LlamaLibrary.LastError}");
        }

        uint room = ((delegate* unmanaged[Cdecl]<nint, uint>)library.Llama("llama_n_ctx"))(_context);
        int count = ((delegate* unmanaged[Cdecl]<nint, int>)library.Llama("llama_n_threads"))(_context);
        if (room < contextLength || count != threads)
        {
            throw new NGptException($"llama.cpp made a context of {room} tokens and {count} threads where {contextLength} and {threads} were asked for");
        }

        GgmlThreadPoolParameters pool = library.DefaultThreadPoolParameters(threads);
        _threads = ((delegate* unmanaged[Cdecl]<GgmlThreadPoolParameters*, nint>)library.Kernel("ggml_threadpool_new"))(&pool);
        ((delegate* unmanaged[Cdecl]<nint, nint, nint, void>)library.Llama("llama_attach_threadpool"))(_context, _threads, _threads);
        _decode = (delegate* unmanaged[Cdecl]<nint, LlamaBatch, int>)library.Llama("llama_decode");
        _logits = (delegate* unmanaged[Cdecl]<nint, int, float*>)library.Llama("llama_get_logits_ith");
    }

    /// <inheritdoc/>
    public void Clear()
    {
        nint memory = ((delegate* unmanaged[Cdecl]<nint, nint>)_library.Llama("llama_get_memory"))(_context);
        ((delegate* unmanaged[Cdecl]<nint, byte, void>)_library.Llama("llama_memory_clear"))(memory, 0);
    }

    /// <inheritdoc/>
    public void Begin()
    {
        // The next call wakes the threads.
    }

    /// <inheritdoc/>
    public void End() => ((delegate* unmanaged[Cdecl]<nint, void>)_library.Kernel("ggml_threadpool_pause"))(_threads);

    /// <inheritdoc/>
    public void Run(ReadOnlyMemory<int> tokens, bool allLogits = false)
    {
        Span<sbyte> wanted = allLogits ? new sbyte[tokens.Length] : [];
        wanted.Fill(1);
        fixed (int* ids = tokens.Span)
        fixed (sbyte* outputs = wanted)
        {
            int failure = _decode(_context, new LlamaBatch { Count = tokens.Length, Tokens = ids, WantsOutput = outputs });
            if (failure != 0)
            {
                throw new NGptException($"llama.cpp cannot compute (code {failure}): {LlamaLibrary.LastError}");
            }
        }
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Logits(int? token = null) => new(_logits(_context, token ?? -1), _vocabularySize);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_context != 0)
        {
            ((delegate* unmanaged[Cdecl]<nint, void>)_library.Llama("llama_free"))(_context);
            ((delegate* unmanaged[Cdecl]<nint, void>)_library.Kernel("ggml_threadpool_free"))(_threads);
            _context = 0;
        }
    }
}
