namespace Homer.Tests.Architecture.Fixtures.Reader.Methods.Window;

internal sealed class WindowException : Exception;
