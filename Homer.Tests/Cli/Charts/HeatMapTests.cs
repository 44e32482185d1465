using System.Xml.Linq;
using Homer.Cli.Charts;

namespace Homer.Tests.Cli.Charts;

public sealed class HeatMapTests
{
    [Fact]
    public void Cells_are_shaded_by_their_share_and_empty_where_nothing_was_measured()
    {
        XElement picture = new HeatMap("title", ["0 %", "100 %"], ["1k", "2k"], (row, column) => (row, column) switch
        {
            (0, 0) => (1, "all"),
            (0, 1) => (0.25, "some"),
            (1, 0) => (0, "none"),
            _ => null,
        }).Draw(360);
        Assert.Equal(["1", "0.25", "0"], picture.Descendants().Where(element => element.Attribute("class")?.Value == "shade").Select(shade => shade.Attribute("fill-opacity")!.Value));
        Assert.Equal(4, picture.Descendants().Count(element => element.Attribute("class")?.Value == "empty"));
        Assert.Equal(["strong", "weak", "weak"], picture.Elements().Elements().Where(element => element.Name.LocalName == "text").Select(text => text.Attribute("class")!.Value));
        Assert.Equal(["all", "some", "none"], picture.Descendants().Where(element => element.Name.LocalName == "title").Select(tip => tip.Value));
    }
}
