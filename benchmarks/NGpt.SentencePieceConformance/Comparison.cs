using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using NGpt.Core.Tokenizers;

namespace NGpt.SentencePieceConformance;

/// <summary>How many lines SentencePiece encodes or decodes to something else than we do.</summary>
/// <param name="Lines">Lines compared.</param>
/// <param name="DifferentIds">Lines with other ids.</param>
/// <param name="DifferentText">Lines whose ids are decoded to another text.</param>
/// <param name="Examples">The first differences.</param>
internal sealed record Comparison(int Lines, int DifferentIds, int DifferentText, IReadOnlyList<string> Examples)
{
    private const int MaxExamples = 3;

    /// <summary>Compares.</summary>
    public static Comparison Of(string model, IReadOnlyList<byte[]> lines, string folder)
    {
        var tokenizer = (SentencePieceTokenizer)TokenizerFile.Load(model);
        (string[] expectedIds, byte[][] expectedText) = Native.EncodeAndDecode(model, lines, folder);
        var examples = new List<string>();
        (int differentIds, int differentText) = (0, 0);
        for (int i = 0; i < lines.Count; i++)
        {
            var tokens = new ArrayBufferWriter<int>();
            tokenizer.EncodeWithUnknown(lines[i], tokens);
            string actual = string.Join(' ', tokens.WrittenSpan.ToArray().Select(id => id.ToString(CultureInfo.InvariantCulture)));
            if (actual != expectedIds[i])
            {
                differentIds++;
                Add($"ids of {Shown(lines[i])}: {Shown(actual, expectedIds[i])}");
                continue;
            }

            var decoded = new ArrayBufferWriter<byte>();
            tokenizer.Decode(tokens.WrittenSpan, decoded);
            if (!decoded.WrittenSpan.SequenceEqual(expectedText[i]))
            {
                differentText++;
                Add($"text of {Shown(lines[i])}: {Shown(decoded.WrittenSpan.ToArray())}, expected {Shown(expectedText[i])}");
            }
        }

        return new Comparison(lines.Count, differentIds, differentText, examples);

        void Add(string example)
        {
            if (examples.Count < MaxExamples)
            {
                examples.Add(example);
            }
        }
    }

    private static string Shown(byte[] text) => "\"" + string.Concat(Encoding.UTF8.GetString(text).Select(c => c is >= ' ' and <= '~' ? $"{c}" : $"\\u{(int)c:X4}")) + "\"";

    // The ids from the first difference on.
    private static string Shown(string actual, string expected)
    {
        string[] ours = actual.Split(' ');
        string[] theirs = expected.Split(' ');
        int same = ours.Zip(theirs).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"from token {same} on {string.Join(' ', ours.Skip(same).Take(6))}, expected {string.Join(' ', theirs.Skip(same).Take(6))}";
    }
}

/// <summary>SentencePiece's own programs.</summary>
internal static class Native
{
    /// <summary>The ids of lines, and the text that they are decoded to.</summary>
    public static (string[] Ids, byte[][] Texts) EncodeAndDecode(string model, IReadOnlyList<byte[]> lines, string folder)
    {
        string input = Path.Combine(folder, "lines.txt");
        string ids = Path.Combine(folder, "ids.txt");
        string text = Path.Combine(folder, "text.txt");
        Write(input, lines);
        Run(folder, "spm_encode", $"--model={model}", $"--input={input}", $"--output={ids}", "--output_format=id");
        Run(folder, "spm_decode", $"--model={model}", $"--input={ids}", $"--output={text}", "--input_format=id");
        return (File.ReadAllLines(ids), ReadLines(text));
    }

    /// <summary>Runs one to its end in a folder.</summary>
    public static void Run(string folder, string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, WorkingDirectory = folder })!;
        string messages = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed: {messages}");
        }
    }

    private static void Write(string path, IReadOnlyList<byte[]> lines)
    {
        using FileStream file = File.Create(path);
        foreach (byte[] line in lines)
        {
            file.Write(line);
            file.WriteByte((byte)'\n');
        }
    }

    private static byte[][] ReadLines(string path)
    {
        var lines = new List<byte[]>();
        ReadOnlySpan<byte> rest = File.ReadAllBytes(path);
        while (rest.IndexOf((byte)'\n') is >= 0 and int end)
        {
            lines.Add(rest[..end].ToArray());
            rest = rest[(end + 1)..];
        }

        return [.. lines];
    }
}
