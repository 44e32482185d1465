using Homer.Tests.Architecture.Fixtures.Reader.Methods.Plain;
using Homer.Tests.Architecture.Fixtures.Reader.Models;

namespace Homer.Tests.Architecture.Fixtures.Reader.Methods.Window;

// Plain reading is the base of methods.
internal static class WindowMethod
{
    public static Layer? Read() => PlainMethod.Read();
}
