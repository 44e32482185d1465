namespace Homer.Engine.Evaluation.Tasks;

/// <summary>Documents from files have any length; they are counted under the nearest power of two.</summary>
internal static class LengthClass
{
    /// <summary>The power of two that is nearest by ratio.</summary>
    public static int Of(int tokens) => 1 << (int)Math.Round(Math.Log2(Math.Clamp(tokens, 1, 1 << 30)));
}
