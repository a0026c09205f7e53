using System.IO.Compression;
using System.Text;

namespace NGpt.SentencePieceConformance;

/// <summary>
/// The cases of the tests: small models, compressed, and beside each a line of JSON for every text: the bytes of the text in
/// base64, the ids of spm_encode, and in base64 what spm_decode makes of them.
/// </summary>
internal static class RecordedCases
{
    private const int Count = 150;

    /// <summary>Writes them.</summary>
    public static void Write(string target, string folder, SampleLines sample)
    {
        Directory.CreateDirectory(target);
        // The made lines are the last ones.
        byte[][] lines = [.. sample.Lines.Take(20), .. sample.Lines.TakeLast(Count - 20)];
        foreach (string model in TrainedModels.TrainSmall(folder, sample.TrainingText(folder)))
        {
            string name = Path.GetFileNameWithoutExtension(model);
            using (var compressed = new BrotliStream(File.Create(Path.Combine(target, name + ".model.br")), CompressionLevel.SmallestSize))
            {
                compressed.Write(File.ReadAllBytes(model));
            }

            (string[] ids, byte[][] texts) = Native.EncodeAndDecode(model, lines, folder);
            var cases = new StringBuilder();
            for (int i = 0; i < lines.Length; i++)
            {
                cases.Append($$"""{"text":"{{Convert.ToBase64String(lines[i])}}","ids":[{{ids[i].Replace(' ', ',')}}],"decoded":"{{Convert.ToBase64String(texts[i])}}"}""").Append('\n');
            }

            File.WriteAllText(Path.Combine(target, name + ".jsonl"), cases.ToString());
        }
    }
}
