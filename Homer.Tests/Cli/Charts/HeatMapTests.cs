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
        IEnumerable<string> opacities = OfClass("shade").Select(shade => shade.Attribute("fill-opacity")!.Value);
        IEnumerable<string> kinds = Named(picture.Elements().Elements(), "text").Select(text => text.Attribute("class")!.Value);
        Assert.Equal(["1", "0.25", "0"], opacities);
        Assert.Equal(4, OfClass("empty").Count());
        Assert.Equal(["strong", "weak", "weak"], kinds);
        Assert.Equal(["all", "some", "none"], Named(picture.Descendants(), "title").Select(tip => tip.Value));

        IEnumerable<XElement> OfClass(string kind) => picture.Descendants().Where(element => element.Attribute("class")?.Value == kind);
    }

    private static IEnumerable<XElement> Named(IEnumerable<XElement> elements, string name) =>
        elements.Where(element => element.Name.LocalName == name);
}
