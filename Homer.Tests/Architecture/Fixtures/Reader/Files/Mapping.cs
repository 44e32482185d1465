using Homer.Tests.Architecture.Fixtures.Reader.Methods.Window;

namespace Homer.Tests.Architecture.Fixtures.Reader.Files;

internal static class Mapping
{
    public static bool Try(Action open)
    {
        try
        {
            open();
            return true;
        }
        catch (WindowException)
        {
            return false;
        }
    }
}
