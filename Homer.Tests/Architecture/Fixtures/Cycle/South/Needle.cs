using Homer.Tests.Architecture.Fixtures.Cycle.North;

namespace Homer.Tests.Architecture.Fixtures.Cycle.South;

// Of a constant nothing is left in the compiled code.
internal static class Needle
{
    public static readonly int Length = Compass.Points;
}
