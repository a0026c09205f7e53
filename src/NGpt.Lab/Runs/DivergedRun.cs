using NGpt.Core.Checkpoints;
using NGpt.Core.Files;

namespace NGpt.Lab.Runs;

/// <summary>Remembers in a run's folder that it diverged, so that an experiment that goes on does not try it again.</summary>
internal static class DivergedRun
{
    private const string FileName = "diverged.txt";
    private const int MaxReasonLength = 1000;

    /// <summary>Writes down why a run could not be finished.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="reason">What was not finite, and when.</param>
    public static void Remember(RunFolder folder, string reason) => DurableFile.WriteText(PathIn(folder), reason);

    /// <summary>Why a run could not be finished.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <returns>The reason, or null for a run that did not diverge.</returns>
    public static string? ReasonOf(RunFolder folder)
    {
        string path = PathIn(folder);
        if (!File.Exists(path))
        {
            return null;
        }

        using StreamReader reader = new(path);
        char[] text = new char[MaxReasonLength];
        return new string(text, 0, reader.ReadBlock(text)).Trim();
    }

    private static string PathIn(RunFolder folder) => Path.Combine(folder.Path, FileName);
}
