using System.Text;

namespace NGpt.Cli.Display;

/// <summary>
/// A text that may lose lines, where the work that it reports must not end with it: a log on a full disk, or standard error.
/// </summary>
/// <param name="inner">Where the text goes; not disposed.</param>
/// <param name="onFailure">Receives the first failure; what is written afterwards is dropped.</param>
public sealed class LogWriter(TextWriter inner, Action<IOException>? onFailure = null) : TextWriter(inner.FormatProvider)
{
    private bool _failed;

    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Try(() => inner.Write(value));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    /// <inheritdoc/>
    public override void Write(string? value) => Try(() => inner.Write(value));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    /// <inheritdoc/>
    public override void Flush() => Try(inner.Flush);

    private void Try(Action write)
    {
        if (_failed)
        {
            return;
        }

        try
        {
            write();
        }
        catch (IOException failure)
        {
            _failed = true;
            onFailure?.Invoke(failure);
        }
    }
}
