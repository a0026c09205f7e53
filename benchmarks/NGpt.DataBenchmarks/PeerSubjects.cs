using System.Buffers;
using System.Text;
using NGpt.Benchmarks.Tokenizers;
using NGpt.Core.Tokenizers;
using Peer = Tokenizers.DotNet.Tokenizer;

namespace NGpt.DataBenchmarks;

/// <summary>A <c>tokenizer.json</c> of others, encoding the same documents as Hugging Face's library.</summary>
internal static class PeerSubjects
{
    /// <summary>Both encoders of a file, after a check that they give the same tokens.</summary>
    /// <exception cref="InvalidOperationException">The tokens differ.</exception>
    public static Subject[] Of(string path, IReadOnlyList<byte[]> documents)
    {
        ITokenizer ours = TokenizerFile.Load(path, Console.Error.WriteLine);
        Peer peer = HuggingFaceFile.Load(path);
        string[] strings = [.. documents.Select(Encoding.UTF8.GetString)];
        var tokens = new ArrayBufferWriter<int>(1 << 16);
        for (int i = 0; i < strings.Length; i++)
        {
            Encode(documents[i]);
            if (!tokens.WrittenSpan.SequenceEqual([.. peer.Encode(strings[i]).Select(id => (int)id)]))
            {
                throw new InvalidOperationException($"{path}: the tokens of document {i} differ.");
            }
        }

        string name = Name(path);
        long bytes = documents.Sum(document => (long)document.Length);
        return
        [
            new Subject($"{name}: NGpt", bytes, () =>
            {
                foreach (byte[] document in documents)
                {
                    Encode(document);
                }
            }),
            new Subject($"{name}: Tokenizers.DotNet", bytes, () => Array.ForEach(strings, text => peer.Encode(text))),
        ];

        void Encode(byte[] document)
        {
            tokens.ResetWrittenCount();
            ours.Encode(document, tokens);
        }
    }

    // Packages have their file as NAME/models/tokenizer.json.
    private static string Name(string path) => Path.GetFileName(path) == "tokenizer.json"
        ? Path.GetFullPath(path).Split(Path.DirectorySeparatorChar)[..^1].Last(folder => folder != "models")
        : Path.GetFileNameWithoutExtension(path);
}
