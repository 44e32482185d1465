namespace Homer.Engine.Evaluation.Tasks;

/// <summary>The length under which a document from a file is summarized: files hold documents of any length.</summary>
internal static class LengthBucket
{
    /// <summary>Returns the power of two that is nearest to a number of tokens, by ratio.</summary>
    public static int Of(int tokens) => 1 << (int)Math.Round(Math.Log2(Math.Clamp(tokens, 1, 1 << 30)));
}
