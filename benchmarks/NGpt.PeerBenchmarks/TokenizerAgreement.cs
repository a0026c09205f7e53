using System.Text;
using NGpt.Core.Tokenizers;
using NGpt.PeerBenchmarks.Native;

namespace NGpt.PeerBenchmarks;

/// <summary>Whether llama.cpp makes the same tokens of a text with the tokenizer in the file.</summary>
/// <param name="Ours">How many tokens we make of it.</param>
/// <param name="Equal">Tokens before the first that differs; of all, where the counts are the same too.</param>
/// <param name="Peer">How many llama.cpp makes.</param>
internal sealed record TokenizerAgreement(int Ours, int Equal, int Peer)
{
    /// <summary>Compares, on the held-out text itself.</summary>
    /// <param name="library">The library.</param>
    /// <param name="file">The GGUF file.</param>
    /// <param name="text">The text.</param>
    /// <returns>Null where the file has no tokenizer that llama.cpp reads.</returns>
    public static TokenizerAgreement? Of(LlamaLibrary library, string file, HeldOutText text)
    {
        using LlamaModel model = new(library, file);
        if (!model.HasTokenizer)
        {
            return null;
        }

        // Without broken characters at the ends, and without separators of documents, which are no text.
        string decoded = text.Tokenizer.Decode(text.Tokens).Trim('\uFFFD');
        int[] ours = text.Tokenizer.Encode(decoded);
        int[] peer = model.Tokenize(Encoding.UTF8.GetBytes(decoded));
        return new TokenizerAgreement(ours.Length, ours.AsSpan().CommonPrefixLength(peer), peer.Length);
    }
}
