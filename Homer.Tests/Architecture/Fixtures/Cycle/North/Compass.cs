using Homer.Tests.Architecture.Fixtures.Cycle.South;

namespace Homer.Tests.Architecture.Fixtures.Cycle.North;

internal static class Compass
{
    public const int Points = 32;

    public static int Opposite() => Needle.Length;
}
