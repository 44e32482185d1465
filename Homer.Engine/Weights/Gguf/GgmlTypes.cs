using Homer.Kernels.Weights;

namespace Homer.Engine.Weights.Gguf;

/// <summary>The storage types of tensors in GGUF files, by the numbers that ggml gives them.</summary>
internal static class GgmlTypes
{
    private static readonly Dictionary<uint, (WeightType Type, string Name)> Known = new()
    {
        [0] = (WeightType.Float32, "F32"),
        [1] = (WeightType.Float16, "F16"),
        [2] = (WeightType.Q40, "Q4_0"),
        [3] = (WeightType.Q41, "Q4_1"),
        [6] = (WeightType.Q50, "Q5_0"),
        [7] = (WeightType.Q51, "Q5_1"),
        [8] = (WeightType.Q80, "Q8_0"),
        [10] = (WeightType.Q2K, "Q2_K"),
        [11] = (WeightType.Q3K, "Q3_K"),
        [12] = (WeightType.Q4K, "Q4_K"),
        [13] = (WeightType.Q5K, "Q5_K"),
        [14] = (WeightType.Q6K, "Q6_K"),
        [20] = (WeightType.Iq4Nl, "IQ4_NL"),
        [23] = (WeightType.Iq4Xs, "IQ4_XS"),
        [30] = (WeightType.BFloat16, "BF16"),
        [34] = (WeightType.Tq10, "TQ1_0"),
        [35] = (WeightType.Tq20, "TQ2_0"),
        [39] = (WeightType.Mxfp4, "MXFP4"),
    };

    // Types that Homer does not read; those in brackets ggml has removed.
    private static readonly Dictionary<uint, string> Others = new()
    {
        [4] = "Q4_2, removed from the format",
        [5] = "Q4_3, removed from the format",
        [9] = "Q8_1",
        [15] = "Q8_K",
        [16] = "IQ2_XXS",
        [17] = "IQ2_XS",
        [18] = "IQ3_XXS",
        [19] = "IQ1_S",
        [21] = "IQ3_S",
        [22] = "IQ2_S",
        [24] = "I8",
        [25] = "I16",
        [26] = "I32",
        [27] = "I64",
        [28] = "F64",
        [29] = "IQ1_M",
        [31] = "Q4_0_4_4, removed from the format",
        [32] = "Q4_0_4_8, removed from the format",
        [33] = "Q4_0_8_8, removed from the format",
        [36] = "IQ4_NL_4_4, removed from the format and used by BitNet for I2_S",
        [37] = "IQ4_NL_4_8, removed from the format",
        [38] = "IQ4_NL_8_8, removed from the format",
        [40] = "NVFP4",
    };

    /// <summary>The names of the types that Homer reads.</summary>
    public static string AllNames { get; } = string.Join(", ", Known.Values.Select(type => type.Name));

    /// <summary>Finds the type that a number stands for.</summary>
    public static bool TryFind(uint number, out WeightType type)
    {
        bool isKnown = Known.TryGetValue(number, out (WeightType Type, string Name) found);
        type = found.Type;
        return isKnown;
    }

    /// <summary>Returns the name of a type in files.</summary>
    public static string Name(WeightType type) => Known.Values.First(known => known.Type == type).Name;

    /// <summary>Returns what a number that Homer does not read stands for; null where it is unknown.</summary>
    public static string? NameOfOther(uint number) => Others.GetValueOrDefault(number);
}
