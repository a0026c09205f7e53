namespace NGpt.Core.Files;

/// <summary>The element types of stored tensors, named as in safetensors. Every one is little-endian on disk.</summary>
public enum TensorType
{
    /// <summary>64-bit IEEE floating point.</summary>
    F64,

    /// <summary>32-bit IEEE floating point.</summary>
    F32,

    /// <summary>16-bit IEEE floating point.</summary>
    F16,

    /// <summary>bfloat16: the upper half of a 32-bit float.</summary>
    BF16,

    /// <summary>64-bit signed integer.</summary>
    I64,

    /// <summary>32-bit signed integer.</summary>
    I32,

    /// <summary>16-bit signed integer.</summary>
    I16,

    /// <summary>8-bit signed integer.</summary>
    I8,

    /// <summary>8-bit unsigned integer.</summary>
    U8,

    /// <summary>One byte: 0 is false, 1 is true (<c>BOOL</c> in safetensors).</summary>
    Bool,
}
