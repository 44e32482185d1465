namespace Homer.Tests.Architecture.Fixtures.Bodies.Product.Gpu;

internal struct Tile
{
    public int Rows { get; init; }
}
