using System.Globalization;
using System.Xml.Linq;
using Homer.Cli.Charts;

namespace Homer.Tests.Cli.Charts;

public sealed class LineChartTests
{
    private static readonly ChartAxis Lengths = ChartAxis.Lengths([1024, 2048], length => $"{length}");

    private static readonly ChartSeries[] Series =
    [
        .. Enumerable.Range(0, 6).Select(i => new ChartSeries(
            $"variant <{i}> with a name that is much longer than anyone would like", new(i),
            [new(1024, 0.5, "a", 0.3, 0.7), new(2048, 0.5 + (i / 100.0), "b", 0.4, 0.8)])),
    ];

    [Theory]
    [InlineData(860)]
    [InlineData(360)]
    public void Everything_is_inside_the_picture_and_names_do_not_overlap(double width)
    {
        XElement picture = new LineChart("title", Lengths, ChartAxis.Share, Series).Draw(width, 300);
        double[] box = [.. picture.Attribute("viewBox")!.Value.Split(' ').Select(Number)];
        Assert.Equal(width, box[2]);
        XElement[] texts = [.. picture.Descendants().Where(element => element.Name.LocalName == "text")];
        Assert.All(texts, text =>
        {
            Assert.InRange(Number(text.Attribute("x")!.Value), 0, box[2]);
            Assert.InRange(Number(text.Attribute("y")!.Value), 0, box[3]);
        });
        IEnumerable<XElement> named = texts.Where(text => text.Value.StartsWith("variant", StringComparison.Ordinal));
        double[] names = [.. named.Select(text => Number(text.Attribute("y")!.Value)).Order()];
        Assert.Equal(6, names.Length);
        Assert.All(names.Zip(names.Skip(1)), pair => Assert.True(pair.Second - pair.First > 14, $"{pair} overlap"));
        Assert.DoesNotContain("<0>", picture.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Points_lie_where_their_values_are()
    {
        ChartSeries[] one = [new("a", new(0), [new(1024, 0, "low"), new(2048, 1, "high")])];
        XElement picture = new LineChart("title", Lengths, ChartAxis.Share, one).Draw(860, 300);
        XElement line = picture.Descendants().Single(element => element.Name.LocalName == "polyline");
        string[][] points = [.. line.Attribute("points")!.Value.Split(' ').Select(point => point.Split(','))];
        XElement[] grid = [.. picture.Elements().Where(element => element.Attribute("class")?.Value == "grid")];
        Assert.Equal(grid[0].Attribute("y1")!.Value, points[0][1]);
        Assert.Equal(grid[^1].Attribute("y1")!.Value, points[1][1]);
        Assert.True(Number(points[0][0]) < Number(points[1][0]));
    }

    [Fact]
    public void No_two_series_look_alike_even_without_colours()
    {
        SeriesStyle[] styles = [.. Enumerable.Range(0, 40).Select(i => new SeriesStyle(i))];
        Assert.Equal(styles.Length, styles.DistinctBy(style => (style.Shape, style.Dashes, style.IsHollow)).Count());
        ChartSeries[] many =
            [.. styles[..16].Select(style => new ChartSeries($"{style.Index}", style, [new(1024, 0.5, "a"), new(2048, 0.7, "b")]))];
        XElement picture = new LineChart("title", Lengths, ChartAxis.Share, many).Draw(860, 300);
        string?[] lines =
        [
            .. picture.Elements().Where(element => element.Elements().Any(part => part.Name.LocalName == "polyline")).Select(Look),
        ];
        Assert.Equal(16, lines.Length);
        Assert.Equal(16, lines.Distinct().Count());

        static string Look(XElement group)
        {
            string? dashes = group.Elements().Single(part => part.Name.LocalName == "polyline").Attribute("stroke-dasharray")?.Value;
            // The commands of a path without its numbers say which shape it draws.
            string shape = string.Concat(group.Elements().Last().Attribute("d")!.Value.Where(char.IsLetter));
            return $"{dashes} {shape}";
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
