// Tour: docs/kernels.md#warpgroupproduct
namespace Homer.Kernels.MatMul.Wgmma;

/// <summary>The place of a tile: one of a launch's products, which stand side by side, and its first row and column in it.</summary>
/// <remarks>
/// <code>
///                 columns of the first product │ of the second │ of the third
/// rows of x       ┌────┬────┬────┬────┬────────┼────┬────┬─────┼────┐
///                 │tile│    │    │    │        │    │    │     │    │      numbered by TileOrder, across all products
/// </code>
/// </remarks>
internal struct TilePlace
{
    public WarpgroupProduct.Factor Factor;
    public int Row;
    public int Column;

    /// <summary>Returns the number of tiles [rows, columns] of a launch.</summary>
    public static int Count(WarpgroupProduct.Arguments product, int rows, int columns) =>
        Tiles(product.Rows, rows) * Across(product, columns);

    /// <summary>Returns the place of a tile.</summary>
    /// <param name="product">The arguments of the kernel.</param>
    /// <param name="tile">The number of the tile in <see cref="TileOrder"/>.</param>
    /// <param name="rows">Rows of a tile.</param>
    /// <param name="columns">Columns of a tile.</param>
    public static TilePlace Of(WarpgroupProduct.Arguments product, int tile, int rows, int columns)
    {
        int down = Tiles(product.Rows, rows), across = Across(product, columns), column = TileOrder.Column(tile, down, across);
        int first = Tiles(product.First.Columns, columns), second = Tiles(product.Second.Columns, columns);
        TilePlace place = default;
        place.Row = TileOrder.Row(tile, down, across) * rows;
        if (column < first)
        {
            place.Factor = product.First;
        }
        else if (column < first + second)
        {
            place.Factor = product.Second;
            column -= first;
        }
        else
        {
            place.Factor = product.Third;
            column -= first + second;
        }

        place.Column = column * columns;
        return place;
    }

    private static int Across(WarpgroupProduct.Arguments product, int columns) =>
        Tiles(product.First.Columns, columns) + Tiles(product.Second.Columns, columns) + Tiles(product.Third.Columns, columns);

    private static int Tiles(int count, int size) => (count + size - 1) / size;
}
