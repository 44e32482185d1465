namespace Homer.Kernels.Backends;

/// <summary>The dot products of a row of x with four rows of weights, and the sum of x's squares, which a norm needs.</summary>
internal struct RowSums
{
    public float S0, S1, S2, S3, Squares;
}
