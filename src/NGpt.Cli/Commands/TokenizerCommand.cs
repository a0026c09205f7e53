using System.CommandLine;

namespace NGpt.Cli.Commands;

/// <summary><c>ngpt tokenizer</c>: trains tokenizers and shows what they do.</summary>
internal sealed class TokenizerCommand : Command
{
    /// <summary>Creates the command.</summary>
    public TokenizerCommand()
        : base("tokenizer", "Train a tokenizer on text, or see how one cuts a text.")
    {
        Add(new TokenizerTrainCommand());
        Add(new TokenizerEncodeCommand());
    }
}
