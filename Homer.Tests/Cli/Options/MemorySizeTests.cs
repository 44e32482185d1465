using Homer.Cli.Options;
using Homer.Tests.Support;

namespace Homer.Tests.Cli.Options;

public sealed class MemorySizeTests
{
    [Theory]
    [InlineData("6GB", 6_000_000_000)]
    [InlineData("6gb", 6_000_000_000)]
    [InlineData("512MiB", 512L << 20)]
    [InlineData("8M", 8L << 20)]
    [InlineData("1.5GiB", 3L << 29)]
    [InlineData("0.5k", 512)]
    [InlineData("2T", 2L << 40)]
    [InlineData("800000", 800_000)]
    [InlineData("12B", 12)]
    public void Sizes_are_read(string text, long bytes) => Assert.Equal(bytes, MemorySize.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("GB")]
    [InlineData("6 GB")]
    [InlineData("-6GB")]
    [InlineData("+6GB")]
    [InlineData("6GBs")]
    [InlineData("6,5GB")]
    [InlineData("6.5.5GB")]
    [InlineData(".")]
    [InlineData("1e9")]
    [InlineData("0x10")]
    [InlineData("0")]
    [InlineData("0.0001K")]
    [InlineData("9000000T")]
    [InlineData("99999999999999999999999999999999999")]
    [InlineData("٦GB")]
    public void Nonsense_is_refused(string text) => Refused.With($"'{text}'", () => MemorySize.Parse(text));
}
