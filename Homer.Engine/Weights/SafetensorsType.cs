namespace Homer.Engine.Weights;

/// <summary>The element types (<c>dtype</c>) of safetensors which Homer reads and writes.</summary>
public enum SafetensorsType
{
    /// <summary>Unsigned 8-bit integer.</summary>
    U8,

    /// <summary>Signed 8-bit integer.</summary>
    I8,

    /// <summary>Unsigned 16-bit integer.</summary>
    U16,

    /// <summary>Signed 16-bit integer.</summary>
    I16,

    /// <summary>IEEE half precision.</summary>
    F16,

    /// <summary>The upper 16 bits of an IEEE single; in C# its raw bits, as <see cref="ushort"/>.</summary>
    BF16,

    /// <summary>Unsigned 32-bit integer.</summary>
    U32,

    /// <summary>Signed 32-bit integer.</summary>
    I32,

    /// <summary>IEEE single precision.</summary>
    F32,

    /// <summary>Unsigned 64-bit integer.</summary>
    U64,

    /// <summary>Signed 64-bit integer.</summary>
    I64,

    /// <summary>IEEE double precision.</summary>
    F64,

    /// <summary>One byte, 0 or 1; in C# a <see cref="byte"/>, for a file may hold any other value.</summary>
    Bool,

    /// <summary>8-bit float with 4 bits of exponent; in C# its raw bits, as <see cref="byte"/>.</summary>
    F8E4M3,

    /// <summary>8-bit float with 5 bits of exponent; in C# its raw bits, as <see cref="byte"/>.</summary>
    F8E5M2,
}
