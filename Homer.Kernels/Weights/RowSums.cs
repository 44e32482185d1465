namespace Homer.Kernels.Weights;

/// <summary>Products of a row of x with four rows of weights, and the sum of x's squares.</summary>
internal struct RowSums
{
    public float S0, S1, S2, S3, Squares;
}
