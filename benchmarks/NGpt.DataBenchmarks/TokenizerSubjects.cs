using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;
using NGpt.Core.Tokenizers;

namespace NGpt.DataBenchmarks;

/// <summary>Encoders with the same vocabulary on the same text, and copying as the machine's best.</summary>
internal sealed class TokenizerSubjects
{
    // The peer takes strings; documents of this size keep its working set apart from that of the whole text.
    private const int DocumentBytes = 1 << 14;

    private readonly List<byte[]> _documents;
    private readonly List<string> _strings;
    private readonly BytePairTokenizer _ours;
    private readonly BpeTokenizer _peer;
    private readonly ArrayBufferWriter<int> _tokens;

    /// <summary>Prepares the subjects and checks that both encoders give the same tokens.</summary>
    /// <exception cref="InvalidOperationException">The tokens differ.</exception>
    public TokenizerSubjects(byte[] text, BytePairTokenizer ours)
    {
        _ours = ours;
        _documents = [.. Divide(text)];
        _strings = [.. _documents.Select(Encoding.UTF8.GetString)];
        _peer = Peer(ours);
        _tokens = new ArrayBufferWriter<int>(text.Length);
        for (int i = 0; i < _documents.Count; i++)
        {
            _tokens.ResetWrittenCount();
            _ours.Encode(_documents[i], _tokens);
            if (!_tokens.WrittenSpan.SequenceEqual([.. _peer.EncodeToIds(_strings[i])]))
            {
                throw new InvalidOperationException($"The tokens of document {i} differ.");
            }
        }
    }

    /// <summary>The text in parts.</summary>
    public IReadOnlyList<byte[]> Documents => _documents;

    /// <summary>The subjects; the first is the copy.</summary>
    public Subject[] All()
    {
        long bytes = _documents.Sum(document => (long)document.Length);
        byte[] target = new byte[DocumentBytes * 2];
        return
        [
            new Subject("copy of the text", bytes, () => _documents.ForEach(document => document.CopyTo(target, 0))),
            new Subject("split into pieces", bytes, () => _documents.ForEach(document => _ours.Pattern!.PieceEnds(document))),
            new Subject("NGpt BytePairTokenizer", bytes, () => _documents.ForEach(Encode)),
            new Subject("Microsoft.ML.Tokenizers BpeTokenizer", bytes, () => _strings.ForEach(document => _peer.EncodeToIds(document))),
        ];
    }

    private void Encode(byte[] document)
    {
        _tokens.ResetWrittenCount();
        _ours.Encode(document, _tokens);
    }

    private static IEnumerable<byte[]> Divide(byte[] text)
    {
        for (int start = 0; start < text.Length;)
        {
            int end = Math.Min(text.Length, start + DocumentBytes);
            while (end < text.Length && (text[end] & 0xC0) == 0x80)
            {
                end--;
            }

            yield return text[start..end];
            start = end;
        }
    }

    private static BpeTokenizer Peer(BytePairTokenizer ours)
    {
        string path = Path.Combine(Path.GetTempPath(), $"ngpt-peer-{Environment.ProcessId}.json");
        TokenizerFile.Save(ours, path);
        using JsonDocument file = JsonDocument.Parse(File.ReadAllBytes(path));
        File.Delete(path);
        JsonElement model = file.RootElement.GetProperty("model");
        return BpeTokenizer.Create(new BpeOptions(model.GetProperty("vocab").EnumerateObject().Select(token => KeyValuePair.Create(token.Name, token.Value.GetInt32())))
        {
            Merges = [.. model.GetProperty("merges").EnumerateArray().Select(merge => merge.GetString()!)],
            ByteLevel = true,
            PreTokenizer = new RegexPreTokenizer(new Regex(ours.Pattern!.Expression, RegexOptions.Compiled), null),
        });
    }
}
