using NGpt.Core.Configuration;

namespace NGpt.Lab.Inspection;

/// <summary>Names models in legends and tables: by their architecture, where that tells them apart.</summary>
public static class SubjectNames
{
    /// <summary>Names models.</summary>
    /// <param name="models">Architecture and folder of each.</param>
    /// <returns>As many names, all different for different folders: <c>nGPT</c>; <c>nGPT wide</c> with the folder's name; else with the whole path.</returns>
    public static IReadOnlyList<string> Of(IReadOnlyList<(Architecture Architecture, string Path)> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        return [.. models.Select(model => NameOf(model, models))];
    }

    private static string NameOf((Architecture Architecture, string Path) model, IReadOnlyList<(Architecture Architecture, string Path)> all)
    {
        string word = model.Architecture.DisplayName();
        if (all.Count(other => other.Architecture == model.Architecture) == 1)
        {
            return word;
        }

        string folder = FolderOf(model.Path);
        bool isTold = all.Count(other => other.Architecture == model.Architecture && FolderOf(other.Path) == folder) == 1;
        return $"{word} {(isTold ? folder : model.Path)}";
    }

    private static string FolderOf(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
}
