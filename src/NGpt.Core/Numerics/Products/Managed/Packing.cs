using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using NGpt.Core.Numerics.Vectors;

namespace NGpt.Core.Numerics.Products.Managed;

/// <summary>
/// Copies a strip of a matrix into a panel, the order in which the innermost loop reads: for every step of the depth
/// (the axis that the product sums over) the strip's values side by side. What the strip lacks to the panel's width is zero.
/// </summary>
internal static unsafe class Packing
{
    // Widths and rows of all tiles are multiples of this.
    private const int Block = 4;

    /// <summary>Packs one strip. <paramref name="width"/>: width of the panel, a multiple of four.</summary>
    [MethodImpl(KernelCode.Loop)]
    public static void Pack<TElement>(TElement* source, long stride, long depthStride, int count, int depth, int width, float* panel)
        where TElement : unmanaged, IElement<TElement>
    {
        int blocks = stride == 1 || depthStride == 1 ? count / Block * Block : 0;
        if (stride == 1)
        {
            Copy(source, depthStride, blocks, depth, width, panel);
        }
        else
        {
            for (int i = 0; i < blocks; i += Block)
            {
                Transpose(source + (i * stride), stride, depth, width, panel + i);
            }
        }

        for (int i = blocks; i < count; i++)
        {
            CopyOne(source + (i * stride), depthStride, depth, width, panel + i);
        }

        for (int i = count; i < width; i++)
        {
            ClearOne(depth, width, panel + i);
        }
    }

    /// <summary>Begins to load a strip that is packed next.</summary>
    [MethodImpl(KernelCode.Loop)]
    public static void Prefetch(float* source, long stride, long depthStride, int count, int depth)
    {
        if (stride == 1)
        {
            for (int k = 0; k < depth && count > 0; k++)
            {
                CacheLine.Prefetch(source + (k * depthStride));
            }
        }
        else if (depthStride == 1)
        {
            for (int i = 0; i < count; i++)
            {
                for (int k = 0; k < depth; k += CacheLine.Length)
                {
                    CacheLine.Prefetch(source + (i * stride) + k);
                }
            }
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private static void Copy<TElement>(TElement* source, long depthStride, int count, int depth, int width, float* panel)
        where TElement : unmanaged, IElement<TElement>
    {
        for (; depth > 0; depth--)
        {
            int i = 0;
            for (; i <= count - Lanes256.Count; i += Lanes256.Count)
            {
                Lanes256.Store(TElement.Load<Lanes256>(source + i), panel + i);
            }

            if (i < count)
            {
                Lanes128.Store(TElement.Load<Lanes128>(source + i), panel + i);
            }

            source += depthStride;
            panel += width;
        }
    }

    // Four values wide: squares of 4×4 are transposed in registers. The next four strips are requested meanwhile, a line at a
    // time: the processor's own prefetching does not see where they begin, which is in other pages.
    [MethodImpl(KernelCode.Loop)]
    private static void Transpose<TElement>(TElement* source, long stride, int depth, int width, float* panel)
        where TElement : unmanaged, IElement<TElement>
    {
        int k = 0;
        for (; k <= depth - Block; k += Block)
        {
            CacheLine.Prefetch((float*)(source + ((Block + (k / Block % Block)) * stride) + (k / CacheLine.Length * CacheLine.Length)));
            Vector128<float> r0 = Load(source + k);
            Vector128<float> r1 = Load(source + stride + k);
            Vector128<float> r2 = Load(source + (2 * stride) + k);
            Vector128<float> r3 = Load(source + (3 * stride) + k);
            Vector128<float> low02 = Interleave.Lower(r0, r2);
            Vector128<float> low13 = Interleave.Lower(r1, r3);
            Vector128<float> high02 = Interleave.Upper(r0, r2);
            Vector128<float> high13 = Interleave.Upper(r1, r3);
            Vector128.Store(Interleave.Lower(low02, low13), panel);
            Vector128.Store(Interleave.Upper(low02, low13), panel + width);
            Vector128.Store(Interleave.Lower(high02, high13), panel + (2 * width));
            Vector128.Store(Interleave.Upper(high02, high13), panel + (3 * width));
            panel += Block * width;
        }

        for (; k < depth; k++)
        {
            Vector128.Store(Vector128.Create(
                TElement.Value(source[k]), TElement.Value(source[stride + k]), TElement.Value(source[(2 * stride) + k]), TElement.Value(source[(3 * stride) + k])), panel);
            panel += width;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Load<TElement>(TElement* source)
        where TElement : unmanaged, IElement<TElement> => Unsafe.BitCast<Lanes128, Vector128<float>>(TElement.Load<Lanes128>(source));

    [MethodImpl(KernelCode.Loop)]
    private static void CopyOne<TElement>(TElement* source, long depthStride, int depth, int width, float* panel)
        where TElement : unmanaged, IElement<TElement>
    {
        for (; depth > 0; depth--)
        {
            *panel = TElement.Value(*source);
            source += depthStride;
            panel += width;
        }
    }

    [MethodImpl(KernelCode.Loop)]
    private static void ClearOne(int depth, int width, float* panel)
    {
        for (; depth > 0; depth--)
        {
            *panel = 0;
            panel += width;
        }
    }
}

/// <summary>The memory into which threads pack their panels, one buffer a thread.</summary>
internal sealed unsafe class PackingBuffers : IDisposable
{
    // A page: no two threads ever share one.
    private const int Alignment = 4096;

    private readonly long _length;
    private float* _memory;

    /// <summary>Reserves the memory.</summary>
    public PackingBuffers(int threads, int length)
    {
        const int pageLength = Alignment / sizeof(float);
        _length = ((long)length + pageLength - 1) / pageLength * pageLength;
        _memory = (float*)NativeMemory.AlignedAlloc((nuint)(threads * _length * sizeof(float)), Alignment);
    }

    /// <summary>The buffer of one thread.</summary>
    public float* this[int thread]
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory is null, this);
            return _memory + (thread * _length);
        }
    }

    /// <summary>Float32 values from one thread's buffer to the next one's.</summary>
    public long Length => _length;

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
