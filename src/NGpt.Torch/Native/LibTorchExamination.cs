using System.Globalization;
using NGpt.Core.Errors;
using TorchSharp;

namespace NGpt.Torch.Native;

/// <summary>The part of <see cref="Doctor"/> that loads libtorch and tests it.</summary>
internal static class LibTorchExamination
{
    /// <summary>Loads libtorch and reports on it; where that fails, reports the failure and every step before it.</summary>
    internal static IReadOnlyList<DoctorFinding> Examine()
    {
        LibTorchInfo info;
        try
        {
            info = LibTorch.Load();
        }
        catch (NGptException e)
        {
            return
            [
                ExplainFailure(e),
                .. LibTorch.Trace.Select(line => new DoctorFinding(
                    line.StartsWith("failed ", StringComparison.Ordinal) ? FindingStatus.Problem : FindingStatus.Ok, "load trace", line)),
            ];
        }
        string source = info.Source == LibTorchSource.Package ? "package" : LibTorchLocation.Variable;
        List<DoctorFinding> findings =
        [
            new(FindingStatus.Ok, "libtorch", $"{info.Version}, {(info.IsCudaBuild ? "CUDA" : "CPU")} build, from {info.Folder} ({source})"),
            .. info.Warnings.Select(w => new DoctorFinding(FindingStatus.Warning, "libtorch", w, $"use PyTorch {LibTorchNames.ExpectedVersion}")),
            .. info.Files.Select(f => new DoctorFinding(FindingStatus.Ok, "file", $"{ByteSize.Format(f.Bytes),10}  {f.Path}")),
            ExplainPatch(info),
            Compute(),
            ExamineCuda(info),
        ];
        return findings;
    }

    private static DoctorFinding ExplainFailure(NGptException e)
    {
        // The remedy must not be to run doctor.
        string remedy = e.Remedy is null || e.Remedy.StartsWith("run `ngpt doctor`", StringComparison.Ordinal)
            ? "the load trace below shows the steps; restore the packages again, or install what the system loader names"
            : e.Remedy.Replace("; `ngpt doctor` shows more", "", StringComparison.Ordinal).Replace("; `ngpt doctor` shows the versions", "", StringComparison.Ordinal);
        return new DoctorFinding(FindingStatus.Problem, "libtorch", e.Message, remedy);
    }

    private static DoctorFinding ExplainPatch(LibTorchInfo info)
    {
        string? patch = info.IsPatched ? $"is patched to load with this system's libstdc++: {string.Join("; ", info.Patch)}" : null;
        string path = info.Files[^1].Path;
        if (patch is null && OperatingSystem.IsLinux() && LoadedLibraries.Find("libstdc++.so") is string standardLibrary)
        {
            ElfVersionPatchResult result = ElfVersionPatch.Apply(File.ReadAllBytes(path), path, ElfVersionPatch.ReadProvidedVersions(standardLibrary));
            patch = result.Missing.Count > 0 ? "was patched at an earlier start to load with this system's libstdc++" : null;
        }
        return new DoctorFinding(FindingStatus.Ok, "TorchSharp", $"its native library {patch ?? "loads unmodified"}");
    }

    // Small integers are exact in float32.
    private static DoctorFinding Compute()
    {
        const int Rows = 3, Inner = 5, Columns = 2;
        float[] left = [.. Enumerable.Range(0, Rows * Inner).Select(i => (float)(i - 4))];
        float[] right = [.. Enumerable.Range(0, Inner * Columns).Select(i => (float)((2 * i) - 7))];
        float[] expected = new float[Rows * Columns];
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Columns; j++)
            {
                for (int k = 0; k < Inner; k++)
                {
                    expected[(i * Columns) + j] += left[(i * Inner) + k] * right[(k * Columns) + j];
                }
            }
        }
        using torch.Tensor a = torch.tensor(left, [Rows, Inner]);
        using torch.Tensor b = torch.tensor(right, [Inner, Columns]);
        using torch.Tensor product = torch.matmul(a, b);
        bool correct = product.data<float>().ToArray().AsSpan().SequenceEqual(expected);
        return correct
            ? new DoctorFinding(FindingStatus.Ok, "computation", string.Create(CultureInfo.InvariantCulture, $"a matrix product gives the expected result; {NativeEnvironment.CountThreads(torch.get_num_threads())}"))
            : new DoctorFinding(FindingStatus.Problem, "computation", "a matrix product gives a wrong result", "restore the packages again; where that does not help, the machine's memory may be faulty");
    }

    private static DoctorFinding ExamineCuda(LibTorchInfo info)
    {
        if (DeviceChoice.FindCudaObstacle(info) is (string problem, string remedy))
        {
            // A CPU build without CUDA is normal; a CUDA build that finds no device is a problem.
            return info.IsCudaBuild
                ? new DoctorFinding(FindingStatus.Warning, "CUDA", problem, remedy)
                : new DoctorFinding(FindingStatus.Ok, "CUDA", $"none: {problem}", remedy);
        }
        return new DoctorFinding(FindingStatus.Ok, "CUDA", string.Create(CultureInfo.InvariantCulture, $"{torch.cuda.device_count()} device{(torch.cuda.device_count() == 1 ? "" : "s")}"));
    }
}
