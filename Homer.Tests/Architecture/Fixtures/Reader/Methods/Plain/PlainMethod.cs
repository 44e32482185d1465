using Homer.Tests.Architecture.Fixtures.Reader.Models;

namespace Homer.Tests.Architecture.Fixtures.Reader.Methods.Plain;

internal static class PlainMethod
{
    public static Layer? Read() => null;
}
