namespace Homer.Tests.Architecture.Fixtures.Reader.Models;

internal sealed class Layer;
