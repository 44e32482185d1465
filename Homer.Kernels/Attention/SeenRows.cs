using ILGPU.Algorithms;

namespace Homer.Kernels.Attention;

/// <summary>The rows that the tokens of a launch see, and the bound of their scores; a parameter of kernels.</summary>
internal struct SeenRows
{
    /// <summary>Rows before the first token's own.</summary>
    public int Past;

    /// <summary>The last rows that a token sees, its own included.</summary>
    public int Window;

    /// <summary>The bound of scores; 0 for none.</summary>
    public float SoftCap;

    /// <summary>Returns the first row that a token sees.</summary>
    public readonly int First(int token) => XMath.Max(0, Past + token + 1 - Window);

    /// <summary>Returns the number of rows that a token sees.</summary>
    public readonly int Count(int token) => XMath.Min(Past + token + 1, Window);
}
