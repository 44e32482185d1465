namespace Homer.Engine.Models;

/// <summary>
/// The order of a head's elements where only the first r of them are rotated (partial rotary). The file pairs element i with i + r / 2;
/// Homer's kernels pair i with i + head_dim / 2, and the pairs behind the first r / 2 are rotated by an angle of 0. Queries and keys are
/// put in the same order, so that their products stay as they are.
/// </summary>
/// <example>
/// head_dim 8, r 4: the file has a0 a1 b0 b1 c0 c1 d0 d1 with the pairs (a0, b0) and (a1, b1); Homer's order is
/// a0 a1 c0 c1 | b0 b1 d0 d1.
/// </example>
internal static class RotaryOrder
{
    /// <summary>Returns for each element of a head the index that it has in the file [head_dim].</summary>
    public static int[] Of(int headDim, int rotaryDim)
    {
        int pairs = rotaryDim / 2, rest = (headDim - rotaryDim) / 2;
        return
        [
            .. Enumerable.Range(0, pairs), .. Enumerable.Range(rotaryDim, rest),
            .. Enumerable.Range(pairs, pairs), .. Enumerable.Range(rotaryDim + rest, rest),
        ];
    }
}
