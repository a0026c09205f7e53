using NGpt.Core.Configuration;
using NGpt.Core.Errors;
using NGpt.Torch.Checkpoints;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGpt.Lab.Inspection;

/// <summary>A model that is inspected, with what is known of the run that it comes from.</summary>
public sealed class InspectionSubject : IDisposable
{
    private InspectionSubject(SubjectLocation location, SavedModel saved) => (Location, Saved) = (location, saved);

    /// <summary>Where it lies.</summary>
    public SubjectLocation Location { get; }

    /// <summary>The model and its tokenizer.</summary>
    public SavedModel Saved { get; }

    /// <summary>The configuration of its run; null for a checkpoint folder on its own.</summary>
    public RunConfig? Run => Location.Run;

    /// <summary>Steps that it was trained for; null where the folder does not say.</summary>
    public int? Step => Saved.Folder.Step;

    /// <summary>Reads a model, on the CPU and in float32.</summary>
    /// <param name="location">Where it lies.</param>
    /// <returns>The model; the caller disposes of it.</returns>
    /// <exception cref="NGptException">Its files are damaged, or it holds values that are not finite.</exception>
    public static InspectionSubject Open(SubjectLocation location)
    {
        ArgumentNullException.ThrowIfNull(location);
        SavedModel saved = SavedModel.Open(location.Checkpoint.Path, CPU);
        try
        {
            RequireFinite(saved);
            return new InspectionSubject(location, saved);
        }
        catch
        {
            saved.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Saved.Dispose();

    private static void RequireFinite(SavedModel saved)
    {
        using IDisposable noGradient = no_grad();
        foreach ((string name, Parameter parameter) in saved.Model.named_parameters())
        {
            using IDisposable scope = NewDisposeScope();
            if (!parameter.isfinite().all().item<bool>())
            {
                throw new FileFormatException(saved.Folder.Path, $"{name} holds values that are not finite", "use another checkpoint of the run");
            }
        }
    }
}
