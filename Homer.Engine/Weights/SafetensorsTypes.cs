namespace Homer.Engine.Weights;

/// <summary>Names, sizes and C# counterparts of <see cref="SafetensorsType"/>.</summary>
public static class SafetensorsTypes
{
    // In the order of the enum.
    private static readonly (string Name, int Size, Type Element)[] Table =
    [
        ("U8", 1, typeof(byte)),
        ("I8", 1, typeof(sbyte)),
        ("U16", 2, typeof(ushort)),
        ("I16", 2, typeof(short)),
        ("F16", 2, typeof(Half)),
        ("BF16", 2, typeof(ushort)),
        ("U32", 4, typeof(uint)),
        ("I32", 4, typeof(int)),
        ("F32", 4, typeof(float)),
        ("U64", 8, typeof(ulong)),
        ("I64", 8, typeof(long)),
        ("F64", 8, typeof(double)),
        ("BOOL", 1, typeof(byte)),
        ("F8_E4M3", 1, typeof(byte)),
        ("F8_E5M2", 1, typeof(byte)),
    ];

    /// <summary>All names in a list, for messages.</summary>
    internal static string AllNames => string.Join(", ", Table.Select(row => row.Name));

    /// <summary>Returns the name of a type in files, such as <c>F32</c> or <c>F8_E4M3</c>.</summary>
    public static string Name(this SafetensorsType type) => Table[(int)type].Name;

    /// <summary>Returns the size of one element in bytes.</summary>
    public static int Size(this SafetensorsType type) => Table[(int)type].Size;

    /// <summary>Finds the type that files call by a name; case-sensitive.</summary>
    public static bool TryParse(string? name, out SafetensorsType type)
    {
        int index = Array.FindIndex(Table, row => row.Name == name);
        type = (SafetensorsType)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>Returns the types whose elements are a <typeparamref name="T"/> in C#, the most natural one first.</summary>
    /// <exception cref="NotSupportedException">There is no such type.</exception>
    internal static IReadOnlyList<SafetensorsType> HeldBy<T>()
        where T : unmanaged
    {
        SafetensorsType[] types = [.. Enum.GetValues<SafetensorsType>().Where(type => Table[(int)type].Element == typeof(T))];
        return types.Length > 0 ? types : throw new NotSupportedException($"No safetensors type is a {typeof(T)}.");
    }
}
