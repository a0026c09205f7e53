using System.Globalization;
using System.Runtime.InteropServices;
using NGpt.Core.Errors;
using TorchSharp;

namespace NGpt.Torch.Native;

/// <summary>The requested device: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
public sealed record DeviceChoice
{
    private DeviceChoice(string text, DeviceType? type, int index)
    {
        Text = text;
        Type = type;
        Index = index;
    }

    /// <summary>CUDA if available, else the CPU.</summary>
    public static DeviceChoice Auto { get; } = new("auto", null, 0);

    /// <summary>The choice as given.</summary>
    public string Text { get; }

    /// <summary>The kind of device, or null for auto.</summary>
    public DeviceType? Type { get; }

    /// <summary>Which of several CUDA devices, from 0.</summary>
    public int Index { get; }

    /// <summary>Parses a choice, case-insensitively.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="UsageException">It is not a valid device.</exception>
    public static DeviceChoice Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string name = text.Trim().ToLowerInvariant();
        if (name.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < 128)
        {
            return new DeviceChoice(string.Create(CultureInfo.InvariantCulture, $"cuda:{index}"), DeviceType.CUDA, index);
        }
        return name switch
        {
            "auto" => Auto,
            "cpu" => new DeviceChoice(name, DeviceType.CPU, 0),
            "cuda" => new DeviceChoice(name, DeviceType.CUDA, 0),
            _ => throw new UsageException($"'{text}' is not a valid device: the devices are auto, cpu, cuda and cuda:N"),
        };
    }

    /// <summary>Loads libtorch if necessary, and finds the device.</summary>
    /// <exception cref="NGptException">CUDA was requested and cannot be used, or libtorch cannot be loaded.</exception>
    public torch.Device Resolve()
    {
        LibTorchInfo info = LibTorch.Load();
        if (Type == DeviceType.CPU)
        {
            return torch.CPU;
        }
        (string Problem, string Remedy)? obstacle = FindCudaObstacle(info);
        if (obstacle is (string problem, string remedy))
        {
            return Type is null ? torch.CPU : throw new NGptException($"device {Text} cannot be used: {problem}", remedy);
        }
        int count = torch.cuda.device_count();
        return Index < count
            ? new torch.Device(DeviceType.CUDA, Index)
            : throw new NGptException($"device {Text} cannot be used: the number of CUDA devices is {count}, numbered from 0", "choose a lower number");
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Why CUDA cannot be used, with the remedy; null where it can.</summary>
    internal static (string Problem, string Remedy)? FindCudaObstacle(LibTorchInfo info)
    {
        if (OperatingSystem.IsMacOS())
        {
            return ("macOS has no CUDA", "use --device cpu");
        }
        if (!info.IsCudaBuild)
        {
            return ($"libtorch {info.Version} in {info.Folder} is a CPU-only build",
                $"set {LibTorchLocation.Variable} to the lib folder of a PyTorch {LibTorchNames.ExpectedVersion} with CUDA (…/site-packages/torch/lib)");
        }
        if (torch.cuda.is_available() && torch.cuda.device_count() > 0)
        {
            return null;
        }
        string driver = OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";
        if (!NativeLibrary.TryLoad(driver, out nint handle))
        {
            return ($"there is no NVIDIA driver ({driver} is not found)", "install the NVIDIA driver; in a container, pass the devices in");
        }
        NativeLibrary.Free(handle);
        string? visible = Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES");
        return visible is null
            ? ("the NVIDIA driver finds no device, or is too old for this CUDA build", "run nvidia-smi; update the driver")
            : ($"no device is visible, with CUDA_VISIBLE_DEVICES set to '{visible}'", "change or unset CUDA_VISIBLE_DEVICES; run nvidia-smi");
    }
}
