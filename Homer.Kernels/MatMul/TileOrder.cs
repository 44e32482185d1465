namespace Homer.Kernels.MatMul;

/// <summary>
/// The order in which groups take tiles of y: in bands of 16 rows of tiles, column by column, so that groups at work together share rows of x and of w in the second-level cache.
/// </summary>
internal static class TileOrder
{
    private const int BandRows = 16;

    /// <summary>The row of tiles that a tile, by its number, is in.</summary>
    public static int Row(int tile, int down, int across)
    {
        int band = tile / (BandRows * across);
        return (band * BandRows) + (tile % (BandRows * across) % BandHeight(band, down));
    }

    /// <summary>The column of tiles that a tile, by its number, is in.</summary>
    public static int Column(int tile, int down, int across) => tile % (BandRows * across) / BandHeight(tile / (BandRows * across), down);

    private static int BandHeight(int band, int down) => down - (band * BandRows) < BandRows ? down - (band * BandRows) : BandRows;
}
