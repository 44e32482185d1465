using Homer.Tests.Architecture.Fixtures.Reader.Methods.Window;

namespace Homer.Tests.Architecture.Fixtures.Reader.Methods.Sinks;

internal static class SinkMethod
{
    public static Func<string> Read() => () => string.Concat(Array.Empty<WindowException>().AsEnumerable());
}
