namespace Homer.Kernels.Rows;

/// <summary>How many values there are of a kind, and their sum.</summary>
internal struct Tally
{
    public int Count;
    public float Sum;
}
