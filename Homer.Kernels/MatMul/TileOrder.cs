namespace Homer.Kernels.MatMul;

/// <summary>
/// The order in which groups take tiles of y: in bands of 16 rows of tiles, column by column, so that groups that run at the same time
/// share rows of x and of w in L2.
/// </summary>
/// <remarks>
/// <code>
/// rows of tiles   0 │  0  16  32 …          a band of 16 rows of tiles; the last band may be lower
///                 1 │  1  17  33 …
///                 … │  …   …   …
///                15 │ 15  31  47 …
/// </code>
/// </remarks>
internal static class TileOrder
{
    private const int BandRows = 16;

    /// <summary>Returns the row of tiles in which a tile lies.</summary>
    /// <param name="tile">The number of the tile in this order.</param>
    /// <param name="down">The number of rows of tiles.</param>
    /// <param name="across">The number of columns of tiles.</param>
    public static int Row(int tile, int down, int across)
    {
        int band = tile / (BandRows * across);
        return (band * BandRows) + (tile % (BandRows * across) % BandHeight(band, down));
    }

    /// <summary>Returns the column of tiles in which a tile lies.</summary>
    /// <inheritdoc cref="Row"/>
    public static int Column(int tile, int down, int across) => tile % (BandRows * across) / BandHeight(tile / (BandRows * across), down);

    private static int BandHeight(int band, int down) => down - (band * BandRows) < BandRows ? down - (band * BandRows) : BandRows;
}
