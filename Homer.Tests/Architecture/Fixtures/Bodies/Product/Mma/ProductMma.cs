namespace Homer.Tests.Architecture.Fixtures.Bodies.Product.Mma;

internal static class ProductMma
{
    public static void Run()
    {
    }
}
