using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Core.Tests.Errors;

public sealed class NGptExceptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_message_never_moves_the_cursor()
    {
        Assert.Equal("größe ?[2J ? ? 😀", new NGptException("größe \u001b[2J \n \u0085 😀").Message);
        Assert.Equal("a?b: c?", new FileFormatException("a\nb", "c\r").Message);
        Assert.Equal("unchanged", new UsageException("unchanged").Message);
    }

    [Fact]
    public void What_a_damaged_file_brings_into_a_message_stays_on_one_line()
    {
        byte[] header = "{\"w\":t\n\n\u001b[2Jx}"u8.ToArray();
        string path = _folder.Write("m.safetensors", [.. BitConverter.GetBytes((long)header.Length), .. header]);
        string message = Assert.Throws<FileFormatException>(() => SafetensorsFile.Open(path)).Message;
        Assert.Contains("is an invalid JSON literal", message);
        Assert.DoesNotContain(message, char.IsControl);
    }
}
