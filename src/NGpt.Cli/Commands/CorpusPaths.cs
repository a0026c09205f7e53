using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Data.Corpora;

namespace NGpt.Cli.Commands;

/// <summary>The text that PATH arguments name.</summary>
internal static class CorpusPaths
{
    /// <summary>What the argument takes, for its description.</summary>
    public const string Description = "Text files, folders, globs, .jsonl and .parquet, each also .gz or .zst; - for standard input; "
        + $"{DataConfig.SdkDocumentation} for the documentation of the .NET SDK";

    /// <summary>Names the corpus; nothing is read yet.</summary>
    public static ICorpus Open(IReadOnlyList<string> paths, FileCorpusOptions? options = null)
    {
        if (!paths.Contains(DataConfig.SdkDocumentation) || Path.Exists(DataConfig.SdkDocumentation))
        {
            return new FileCorpus(paths, options);
        }

        return paths.Count == 1
            ? new SdkDocumentationCorpus()
            : throw new UsageException($"{DataConfig.SdkDocumentation} cannot be read together with other paths", "prepare it on its own");
    }
}
