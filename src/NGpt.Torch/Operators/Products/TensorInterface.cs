using System.Runtime.InteropServices;
using NGpt.Core.Errors;
using NGpt.Core.Numerics.Products;
using NGpt.Torch.Native;
using TorchSharp;

namespace NGpt.Torch.Operators.Products;

/// <summary>The few functions of libtorch's C interface (aoti_torch_…) that multiply matrices in plain memory.</summary>
internal sealed unsafe class TensorInterface
{
    private const int Cpu = 0;

    private readonly delegate* unmanaged<void*, long, long*, long*, long, int, int, int, nint*, int> _create;
    private readonly delegate* unmanaged<nint, int> _delete;
    private readonly delegate* unmanaged<nint, nint, nint, int> _multiply;
    private readonly delegate* unmanaged<nint, nint, nint, int> _multiplyBatch;

    private TensorInterface(nint library)
    {
        _create = (delegate* unmanaged<void*, long, long*, long*, long, int, int, int, nint*, int>)NativeLibrary.GetExport(library, "aoti_torch_create_tensor_from_blob");
        _delete = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "aoti_torch_delete_tensor_object");
        _multiply = (delegate* unmanaged<nint, nint, nint, int>)NativeLibrary.GetExport(library, "aoti_torch_cpu_mm_out");
        _multiplyBatch = (delegate* unmanaged<nint, nint, nint, int>)NativeLibrary.GetExport(library, "aoti_torch_cpu_bmm_out");
    }

    /// <summary>
    /// Why the interface cannot be used in this process, or null when it can. A process that has not loaded libtorch
    /// does not do so to find out.
    /// </summary>
    public static string? Unsupported => LibTorch.IsReady && !HasProducts() ? "this libtorch has no C interface (aoti_torch_cpu_mm_out)" : null;

    /// <summary>Binds the functions of the libtorch that is loaded.</summary>
    public static TensorInterface Load()
    {
        LibTorch.Load();
        return Unsupported is string reason ? throw new NGptException(reason, "use --engine plain") : new TensorInterface(FindLibrary()!.Value);
    }

    /// <summary>Makes a view of memory; deleted with <see cref="Delete"/>.</summary>
    public nint Create(MatrixView matrix, torch.ScalarType type)
    {
        long* sizes = stackalloc long[] { matrix.Batch, matrix.Rows, matrix.Columns };
        long* strides = stackalloc long[] { matrix.BatchStride, matrix.RowStride, matrix.ColumnStride };
        int first = matrix.Batch > 1 ? 0 : 1;
        nint view;
        Check(_create((void*)matrix.Data, 3 - first, sizes + first, strides + first, 0, (int)type, Cpu, 0, &view), "view of a matrix");
        return view;
    }

    public void Delete(nint view) => _ = _delete(view);

    public void Multiply(nint output, nint a, nint b) => Check(_multiply(output, a, b), "matrix product");

    public void MultiplyBatch(nint output, nint a, nint b) => Check(_multiplyBatch(output, a, b), "batched matrix product");

    private static bool HasProducts() => FindLibrary() is nint library && NativeLibrary.TryGetExport(library, "aoti_torch_cpu_mm_out", out _);

    private static nint? FindLibrary()
    {
        // The file that is loaded already, never a second copy: two of them in one process abort it.
        string name = LoadedLibraries.Find("libtorch_cpu") ?? (OperatingSystem.IsWindows() ? "torch_cpu" : "libtorch_cpu");
        return NativeLibrary.TryLoad(name, out nint library) ? library : null;
    }

    private static void Check(int result, string what)
    {
        if (result != 0)
        {
            throw new InvalidOperationException($"libtorch refused a {what}");
        }
    }
}
