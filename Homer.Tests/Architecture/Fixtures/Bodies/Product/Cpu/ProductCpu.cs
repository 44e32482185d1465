using Homer.Tests.Architecture.Fixtures.Bodies.Product.Gpu;

namespace Homer.Tests.Architecture.Fixtures.Bodies.Product.Cpu;

internal static class ProductCpu
{
    public static unsafe int Run() => sizeof(Tile);
}
