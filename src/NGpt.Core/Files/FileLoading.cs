namespace NGpt.Core.Files;

/// <summary>
/// How the content of a file of tensors gets into memory. A mapped file takes memory only where it is read and shares it with
/// other processes, but the system ends the process (access violation, SIGBUS) when another program shortens the file and the
/// missing part is read; when the file is rewritten in place, other numbers are computed. A copy cannot change.
/// </summary>
public enum FileLoading
{
    /// <summary>Mapped: for what is read once, and for files that do not fit into memory twice.</summary>
    Map,

    /// <summary>Copied when it is opened.</summary>
    Copy,

    /// <summary>Copied up to 1 GiB and a quarter of the available memory, mapped above.</summary>
    Auto,
}
