using System.Text.RegularExpressions;

namespace NGpt.Core.Files;

/// <summary>
/// The names of unfinished files and folders: <c>.NAME.tmp-PID-N</c> beside the final <c>NAME</c>. The process id and a
/// counter keep writers apart; the form tells leftovers of a crash from everything else.
/// </summary>
internal static partial class TemporaryName
{
    // The common file systems allow 255 bytes, a character takes up to three, and what is added here less than 40.
    private const int LongestKept = 60;

    private static long _count;

    /// <summary>A fresh name beside the final path, in the same folder so that a rename is atomic.</summary>
    public static string Beside(string finalPath)
    {
        string name = Path.GetFileName(finalPath);
        if (name.Length > LongestKept)
        {
            name = name[..LongestKept];
        }

        return Path.Combine(
            Path.GetDirectoryName(finalPath) ?? string.Empty,
            $".{name}.tmp-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");
    }

    /// <summary>Whether a file or folder name has the form of an unfinished one.</summary>
    public static bool Matches(string name) => Form().IsMatch(name);

    [GeneratedRegex(@"\A\..+\.tmp-[0-9]+-[0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
