using Homer.Cli.Options;
using Homer.Tests.Support;

namespace Homer.Tests.Cli.Options;

public sealed class NumberListTests
{
    [Fact]
    public void Numbers_are_read_in_order()
    {
        Assert.Equal([1024, 4096, 30000], NumberList.Lengths("4k,30000, 1K"));
        Assert.Equal([0, 0.25, 1], NumberList.Depths("1,0.25,0"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1k,")]
    [InlineData("0")]
    [InlineData("k")]
    [InlineData("-1k")]
    [InlineData("1.5k")]
    [InlineData("1m")]
    [InlineData("99999999999")]
    [InlineData("2000000k")]
    [InlineData("1024,1k")]
    public void Invalid_lengths_are_refused(string text) => Refused.With("", () => NumberList.Lengths(text));

    [Theory]
    [InlineData("")]
    [InlineData("1.1")]
    [InlineData("-0.1")]
    [InlineData("NaN")]
    [InlineData("50%")]
    [InlineData("0.5,0.50")]
    public void Invalid_depths_are_refused(string text) => Refused.With("", () => NumberList.Depths(text));
}
