using System.Text;

namespace NGpt.Core.Files.Gguf;

/// <summary>Text in GGUF files: strict UTF-8 both ways.</summary>
internal static class GgufText
{
    /// <summary>Throws instead of replacing what is not Unicode.</summary>
    public static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Refuses a text that cannot be written.</summary>
    /// <exception cref="ArgumentException">The text has an unpaired surrogate.</exception>
    public static void RequireUnicode(string text) => _ = Strict.GetByteCount(text);
}
