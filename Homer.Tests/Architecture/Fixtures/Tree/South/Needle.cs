namespace Homer.Tests.Architecture.Fixtures.Tree.South;

internal static class Needle
{
    public static readonly int Length = 3;
}
