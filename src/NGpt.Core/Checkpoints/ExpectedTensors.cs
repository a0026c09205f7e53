using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Core.Checkpoints;

/// <summary>The check between a file and whoever is going to read all of its tensors.</summary>
internal static class ExpectedTensors
{
    // More would not help: a file of another model differs in every tensor.
    private const int Shown = 3;

    /// <summary>Refuses a file that does not hold exactly these tensors, as float32 and in these shapes; names the first few problems at once.</summary>
    /// <param name="file">The file.</param>
    /// <param name="expected">Names and shapes.</param>
    /// <exception cref="FileFormatException">A tensor is missing, unknown, or of another type or shape.</exception>
    public static void Require(SafetensorsFile file, IReadOnlyList<(string Name, long[] Shape)> expected)
    {
        List<string> problems = [];
        foreach ((string name, long[] shape) in expected)
        {
            if (!file.Tensors.TryGetValue(name, out TensorInfo? found))
            {
                problems.Add($"{name} is missing");
            }
            else if (found.Type != TensorType.F32 || !found.Shape.AsSpan().SequenceEqual(shape))
            {
                problems.Add($"{name} is {found.Describe()}, expected F32 [{string.Join(", ", shape)}]");
            }
        }

        HashSet<string> names = [.. expected.Select(tensor => tensor.Name)];
        problems.AddRange(file.TensorList.Where(tensor => !names.Contains(tensor.Name)).Select(tensor => $"{tensor.Name} is unknown"));
        if (problems.Count > 0)
        {
            throw Failure(file.Path, problems, "config.json beside it", "use the files of one checkpoint together");
        }
    }

    /// <summary>One line for everything that is wrong with the tensors of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">At least one.</param>
    /// <param name="description">What says which tensors are expected.</param>
    /// <param name="remedy">What the person can do.</param>
    public static FileFormatException Failure(string path, IReadOnlyList<string> problems, string description, string remedy)
    {
        string rest = problems.Count > Shown ? $" and {problems.Count - Shown} more" : string.Empty;
        return new FileFormatException(path, $"does not fit the model of the {description}: {string.Join("; ", problems.Take(Shown))}{rest}", remedy);
    }
}
