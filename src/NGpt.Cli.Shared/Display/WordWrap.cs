namespace NGpt.Cli.Display;

/// <summary>Writes text that arrives in pieces and breaks lines between words, where a terminal would break inside them.</summary>
internal sealed class WordWrap(TextWriter output, int width)
{
    private string _word = "";
    private int _column;

    /// <summary>Writes a piece; a word is held back until it is complete.</summary>
    public void Write(string text)
    {
        foreach (char letter in text)
        {
            if (!char.IsWhiteSpace(letter))
            {
                _word += letter;
                continue;
            }

            Flush();
            if (letter == '\n')
            {
                output.WriteLine();
                _column = 0;
            }
            else if (_column < width - 1)
            {
                output.Write(letter);
                _column++;
            }
        }
    }

    /// <summary>Writes the word that was held back.</summary>
    public void Flush()
    {
        if (_column > 0 && _column + _word.Length >= width)
        {
            output.WriteLine();
            _column = 0;
        }

        output.Write(_word);
        // A word longer than a line was broken by the terminal.
        _column = (_column + _word.Length) % width;
        _word = "";
    }
}
