using Homer.Tests.Architecture.Fixtures.Tree.South;

namespace Homer.Tests.Architecture.Fixtures.Tree.North;

internal static class Compass
{
    public static int Opposite() => Needle.Length;
}
