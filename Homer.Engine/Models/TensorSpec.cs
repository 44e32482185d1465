namespace Homer.Engine.Models;

/// <summary>A tensor that a model needs, or the consecutive rows of one in which a family fuses several.</summary>
/// <param name="Name">The name of the tensor in the file.</param>
/// <param name="Rows">The rows that are needed; the elements of a vector.</param>
/// <param name="Columns">The elements of a row; null for a vector.</param>
internal sealed record TensorSpec(string Name, long Rows, long? Columns = null)
{
    /// <summary>The first row that is needed.</summary>
    public long FirstRow { get; init; }

    /// <summary>The rows that the tensor has in the file.</summary>
    public long FileRows { get; init; } = Rows;

    /// <summary>The number that is added to each element while loading; see <see cref="ModelConfig.NormOffset"/>.</summary>
    public float Offset { get; init; }

    /// <summary>The order of the rows of each head, see <see cref="RotaryOrder"/>; null where the order of the file stays.</summary>
    public int[]? HeadOrder { get; init; }

    /// <summary>The shape of the tensor in the file.</summary>
    public long[] FileShape => Columns is { } columns ? [FileRows, columns] : [FileRows];

    /// <summary>The elements of the part that is needed.</summary>
    public long ElementCount => Rows * (Columns ?? 1);
}
