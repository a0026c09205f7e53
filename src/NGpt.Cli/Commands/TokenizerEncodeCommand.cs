using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using NGpt.Cli.Display;
using NGpt.Core.Errors;
using NGpt.Core.Tokenizers;

namespace NGpt.Cli.Commands;

/// <summary><c>ngpt tokenizer encode</c>: the tokens of a text, a line each.</summary>
internal sealed class TokenizerEncodeCommand : Command
{
    private const int MaxTextLength = 64 << 20;

    private readonly Argument<string> _file = new("FILE")
    {
        Description = "tokenizer.json, a tiktoken file, vocab.json with merges.txt, a SentencePiece model, or a folder with one",
    };

    private readonly Argument<string?> _text = new("TEXT")
    {
        Description = "The text; standard input without one",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print the ids as one line of JSON instead",
    };

    private readonly Option<bool> _special = new("--special-tokens")
    {
        Description = "The contents of special tokens in the text, such as <|endoftext|>, become those tokens",
    };

    /// <summary>Creates the command.</summary>
    public TokenizerEncodeCommand()
        : base("encode", "Show the tokens of a text: id and piece.")
    {
        Add(_file);
        Add(_text);
        Add(_special);
        Add(_json);
        SetAction(Run);
    }

    /// <summary>A piece as people can read it: quoted, with escapes for controls and for bytes that are no whole character.</summary>
    internal static string Shown(ReadOnlySpan<byte> bytes)
    {
        StringBuilder shown = new("\"");
        while (!bytes.IsEmpty)
        {
            bool whole = Rune.DecodeFromUtf8(bytes, out Rune character, out int length) == OperationStatus.Done;
            foreach (byte value in whole ? [] : bytes[..length])
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\x{value:X2}");
            }

            if (whole)
            {
                shown.Append(character.Value switch
                {
                    '"' => "\\\"",
                    '\\' => "\\\\",
                    '\n' => "\\n",
                    '\r' => "\\r",
                    '\t' => "\\t",
                    _ when Rune.IsControl(character) => $"\\u{character.Value:X4}",
                    _ => character.ToString(),
                });
            }

            bytes = bytes[length..];
        }

        return shown.Append('"').ToString();
    }

    private int Run(ParseResult result)
    {
        TextWriter error = result.InvocationConfiguration.Error;
        ITokenizer tokenizer = TokenizerFile.Load(result.GetValue(_file)!, warning => error.WriteLine($"warning: {warning}"));
        byte[] text = result.GetValue(_text) is string given ? Encoding.UTF8.GetBytes(given) : ReadInput();
        ArrayBufferWriter<int> tokens = new(Math.Max(16, text.Length));
        Encode(tokenizer, text, tokens, result.GetValue(_special), error);
        TextWriter output = result.InvocationConfiguration.Output;
        if (result.GetValue(_json))
        {
            output.WriteLine(Json(tokenizer, text.Length, tokens.WrittenSpan));
            return ExitCode.Done;
        }

        foreach (int token in tokens.WrittenSpan)
        {
            output.WriteLine($"{token,7}  {Shown(tokenizer.TokenBytes(token))}");
        }

        error.WriteLine(
            $"{tokenizer.Name}, {NumberFormat.Count(tokenizer.VocabularySize)} tokens in all: {NumberFormat.Count(text.Length, "byte")}, {NumberFormat.Count(tokens.WrittenCount, "token")}");
        return ExitCode.Done;
    }

    private static void Encode(ITokenizer tokenizer, byte[] text, ArrayBufferWriter<int> tokens, bool hasSpecial, TextWriter error)
    {
        if (tokenizer is SentencePieceTokenizer pieces)
        {
            pieces.EncodeWithUnknown(text, tokens);
            if (tokens.WrittenSpan.Contains(pieces.Unknown) && pieces.FindUnknown(text) is string unknown)
            {
                error.WriteLine($"warning: {unknown}; the token {pieces.Unknown} stands for it; ngpt data prepare leaves such a document out");
            }

            return;
        }

        if (tokenizer is not BytePairTokenizer pairs)
        {
            tokenizer.Encode(text, tokens);
            return;
        }

        if (!hasSpecial && pairs.AddedTokens.FirstOrDefault(token => token.IsSpecial && text.AsSpan().IndexOf(Encoding.UTF8.GetBytes(token.Content)) >= 0) is { } special)
        {
            error.WriteLine($"warning: {special.Content} in the text is encoded as letters; with --special-tokens it is token {special.Id}");
        }

        pairs.Encode(text, tokens, hasSpecial);
    }

    private static byte[] ReadInput()
    {
        using Stream input = Console.OpenStandardInput();
        using MemoryStream bytes = new();
        byte[] buffer = new byte[1 << 16];
        for (int count; (count = input.Read(buffer)) > 0;)
        {
            bytes.Write(buffer, 0, count);
            if (bytes.Length > MaxTextLength)
            {
                throw new UsageException($"the text is longer than {MaxTextLength >> 20} MiB", "give a part of it");
            }
        }

        return bytes.ToArray();
    }

    private static string Json(ITokenizer tokenizer, int bytes, ReadOnlySpan<int> tokens)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("tokenizer", tokenizer.Name);
            json.WriteNumber("vocabulary_size", tokenizer.VocabularySize);
            json.WriteNumber("bytes", bytes);
            json.WriteStartArray("tokens");
            foreach (int token in tokens)
            {
                json.WriteNumberValue(token);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
