using NGpt.Core.Errors;
using NGpt.Core.Files;

namespace NGpt.Core.Checkpoints;

/// <summary>Checks a file before all of its tensors are read.</summary>
internal static class ExpectedTensors
{
    // More would not help: a file of another model differs in every tensor.
    private const int Shown = 3;

    /// <summary>Rejects a file that does not hold exactly these tensors, as float32, float16 or bfloat16 and in these shapes; names the first few problems at once.</summary>
    public static void Require(SafetensorsFile file, IReadOnlyList<(string Name, long[] Shape)> expected)
    {
        List<string> problems = [];
        foreach ((string name, long[] shape) in expected)
        {
            if (!file.Tensors.TryGetValue(name, out TensorInfo? found))
            {
                problems.Add($"{name} is missing");
            }
            else if (!found.Type.IsFloat32OrShorter() || !found.Shape.AsSpan().SequenceEqual(shape))
            {
                problems.Add($"{name} is {found.Describe()}, expected {TensorTypes.FloatNames} [{string.Join(", ", shape)}]");
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
    public static FileFormatException Failure(string path, IReadOnlyList<string> problems, string description, string remedy)
    {
        string rest = problems.Count > Shown ? $" and {problems.Count - Shown} more" : string.Empty;
        return new FileFormatException(path, $"does not fit the model of the {description}: {string.Join("; ", problems.Take(Shown))}{rest}", remedy);
    }
}
