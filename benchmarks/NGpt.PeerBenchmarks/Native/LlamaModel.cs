using System.Runtime.InteropServices;
using NGpt.Core.Errors;

namespace NGpt.PeerBenchmarks.Native;

/// <summary>A GGUF file as llama.cpp reads it.</summary>
internal sealed unsafe class LlamaModel : IDisposable
{
    private readonly LlamaLibrary _library;
    private nint _model;

    /// <summary>Reads a file.</summary>
    /// <exception cref="NGptException">llama.cpp refuses the file.</exception>
    public LlamaModel(LlamaLibrary library, string path)
    {
        _library = library;
        nint utf8 = Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            _model = ((delegate* unmanaged[Cdecl]<nint, LlamaModelParameters, nint>)library.Llama("llama_model_load_from_file"))(utf8, library.DefaultModelParameters());
        }
        finally
        {
            Marshal.FreeCoTaskMem(utf8);
        }

        if (_model == 0)
        {
            throw new NGptException($"llama.cpp does not load {path}: {LlamaLibrary.LastError}");
        }

        Vocabulary = ((delegate* unmanaged[Cdecl]<nint, nint>)library.Llama("llama_model_get_vocab"))(_model);
    }

    /// <summary>V, the number of tokens.</summary>
    public int VocabularySize => ((delegate* unmanaged[Cdecl]<nint, int>)_library.Llama("llama_vocab_n_tokens"))(Vocabulary);

    /// <summary>Bytes of all tensors.</summary>
    public long WeightBytes => (long)((delegate* unmanaged[Cdecl]<nint, ulong>)_library.Llama("llama_model_size"))(_model);

    /// <summary>Whether the file has a tokenizer that llama.cpp reads.</summary>
    public bool HasTokenizer => ((delegate* unmanaged[Cdecl]<nint, int>)_library.Llama("llama_vocab_type"))(Vocabulary) != 0;

    /// <summary>llama.cpp's handle of the model.</summary>
    internal nint Handle => _model;

    private nint Vocabulary { get; }

    /// <summary>The tokens that llama.cpp makes of a text, without tokens before or behind it.</summary>
    /// <exception cref="NGptException">llama.cpp cannot.</exception>
    public int[] Tokenize(ReadOnlySpan<byte> utf8)
    {
        int[] tokens = new int[utf8.Length + 8];
        fixed (byte* text = utf8)
        fixed (int* room = tokens)
        {
            int count = ((delegate* unmanaged[Cdecl]<nint, byte*, int, int*, int, byte, byte, int>)_library.Llama("llama_tokenize"))(
                Vocabulary, text, utf8.Length, room, tokens.Length, 0, 0);
            return count >= 0 ? tokens[..count] : throw new NGptException($"llama.cpp cannot tokenize the text: {LlamaLibrary.LastError}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_model != 0)
        {
            ((delegate* unmanaged[Cdecl]<nint, void>)_library.Llama("llama_model_free"))(_model);
            _model = 0;
        }
    }
}
