namespace Homer.Engine.Weights.Gguf;

/// <summary>The types of values in the metadata of a GGUF file, by their numbers there.</summary>
internal enum GgufValueType
{
    /// <summary>Unsigned, one byte.</summary>
    UInt8 = 0,

    /// <summary>Signed, one byte.</summary>
    Int8 = 1,

    /// <summary>Unsigned, two bytes.</summary>
    UInt16 = 2,

    /// <summary>Signed, two bytes.</summary>
    Int16 = 3,

    /// <summary>Unsigned, four bytes.</summary>
    UInt32 = 4,

    /// <summary>Signed, four bytes.</summary>
    Int32 = 5,

    /// <summary>IEEE 754 binary32.</summary>
    Float32 = 6,

    /// <summary>One byte, 0 or 1.</summary>
    Bool = 7,

    /// <summary>The length in bytes, eight bytes, and UTF-8.</summary>
    Text = 8,

    /// <summary>The type of the elements, their number in eight bytes, and the elements.</summary>
    List = 9,

    /// <summary>Unsigned, eight bytes.</summary>
    UInt64 = 10,

    /// <summary>Signed, eight bytes.</summary>
    Int64 = 11,

    /// <summary>IEEE 754 binary64.</summary>
    Float64 = 12,
}

/// <summary>Sizes of <see cref="GgufValueType"/>.</summary>
internal static class GgufValueTypes
{
    /// <summary>Returns the bytes of a value; 0 for texts and lists, whose lengths differ, and for types that do not exist.</summary>
    public static int Size(this GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Bool => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        GgufValueType.UInt64 or GgufValueType.Int64 or GgufValueType.Float64 => 8,
        _ => 0,
    };
}

/// <summary>A value in the metadata: where it lies in the file.</summary>
/// <param name="Type">The type; of the elements, where it is a list.</param>
/// <param name="Count">The number of elements; −1 for a value that is no list.</param>
/// <param name="Offset">The byte of the file at which it, or the first element, begins.</param>
internal readonly record struct GgufValue(GgufValueType Type, long Count, long Offset)
{
    /// <summary>The bytes that it, or all elements together, take.</summary>
    public long ByteLength { get; init; }
}
