namespace Homer.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void Runs() => Assert.Skip("because");
}
