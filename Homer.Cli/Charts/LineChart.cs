using System.Xml.Linq;

namespace Homer.Cli.Charts;

/// <summary>
/// A line chart over lengths in tokens, with confidence intervals where there are any. Wide charts name their lines at the right, narrow
/// ones below.
/// </summary>
internal sealed class LineChart(string title, ChartAxis horizontal, ChartAxis vertical, IReadOnlyList<ChartSeries> series)
{
    private const double Top = 14;
    private const double Below = 42;
    private const double NameHeight = 18;
    private const double WidestNames = 270;

    // Beside its name each line has a sample, as long as its dashes need to be told apart.
    private const double SampleWidth = 26;
    private const double NameLeft = SampleWidth + 14;

    // Intervals of lines that coincide are drawn side by side, this far apart.
    private const double Dodge = 4;

    /// <summary>Draws the chart.</summary>
    /// <param name="width">The width; below 500 the chart is laid out for narrow screens.</param>
    /// <param name="height">The height without the names below a narrow chart.</param>
    public XElement Draw(double width, double height)
    {
        bool wide = width >= 500;
        double left = 12 + vertical.Ticks.Max(tick => Svg.WidthOf(tick.Label));
        double right = wide ? Math.Min(WidestNames, NameLeft + series.Max(line => Svg.WidthOf(line.Name))) : 14;
        var area = new PlotArea(left, Top, width - right, height - Below);
        // The first line is drawn last: where lines coincide, it is the visible one.
        return Svg.Picture(
            width, wide ? height : height + 6 + (NameHeight * series.Count), title,
            Grid(area), series.Select((line, i) => Draw(line, area, (i - ((series.Count - 1) / 2.0)) * Dodge)).Reverse(),
            wide ? NamesAtTheRight(area) : NamesBelow(left, height + 10));
    }

    private IEnumerable<XElement> Grid(PlotArea area)
    {
        foreach ((double value, string label) in vertical.Ticks)
        {
            double y = area.Y(vertical.Position(value));
            yield return Svg.Line(area.Left, y, area.Right, y, "grid");
            yield return Svg.Text(area.Left - 8, y + 4, label, "tick", "end");
        }

        foreach ((double value, string label) in horizontal.Ticks)
            yield return Svg.Text(area.X(horizontal.Position(value)), area.Bottom + 19, label, "tick", "middle");
        yield return Svg.Line(area.Left, area.Bottom, area.Right, area.Bottom, "axis");
        yield return Svg.Text((area.Left + area.Right) / 2, area.Bottom + 37, "tokens of context", "name", "middle");
    }

    private XElement Draw(ChartSeries line, PlotArea area, double dodge)
    {
        XElement group = Svg.Element("g", ("class", line.Style.ColorClass));
        (double X, double Y, ChartPoint Point)[] points =
            [.. line.Points.Select(point => (area.X(horizontal.Position(point.X)) + dodge, area.Y(vertical.Position(point.Y)), point))];
        foreach ((double x, _, ChartPoint point) in points)
        {
            if (point is { Low: { } low, High: { } high })
                group.Add(Svg.Line(x, area.Y(vertical.Position(low)), x, area.Y(vertical.Position(high)), "interval"));
        }

        string corners = string.Join(' ', points.Select(point => $"{Svg.Number(point.X)},{Svg.Number(point.Y)}"));
        group.Add(Svg.Element("polyline", ("class", "line"), ("points", corners), ("stroke-dasharray", line.Style.Dashes)));
        group.Add(points.Select(point => Svg.Marker(line.Style, point.X, point.Y).With(Svg.Tip($"{line.Name}, {point.Point.Label}"))));
        return group;
    }

    private IEnumerable<XElement> NamesAtTheRight(PlotArea area)
    {
        // Each name stands beside the end of its line; names that would overlap are moved down, and up again from the lower edge.
        ChartSeries[] ordered = [.. series.OrderBy(line => -vertical.Position(line.Points[^1].Y)).ThenBy(line => line.Style.Index)];
        double[] heights = [.. ordered.Select(line => area.Y(vertical.Position(line.Points[^1].Y)))];
        for (int i = 1; i < heights.Length; i++)
            heights[i] = Math.Max(heights[i], heights[i - 1] + NameHeight);
        double lowest = area.Bottom;
        for (int i = heights.Length - 1; i >= 0; i--, lowest -= NameHeight)
            heights[i] = Math.Min(heights[i], lowest);
        return ordered.Zip(heights, (line, y) => Name(line, area.Right + 9, y));
    }

    private IEnumerable<XElement> NamesBelow(double left, double top) =>
        series.Select((line, i) => Name(line, left, top + (NameHeight * i)));

    private static XElement Name(ChartSeries line, double x, double y)
    {
        int room = (int)((WidestNames - NameLeft) / Svg.WidthOf("x"));
        string shown = line.Name.Length <= room ? line.Name : line.Name[..(room - 1)] + "…";
        XElement sample = Svg.Line(x, y, x + SampleWidth, y, "line");
        sample.SetAttributeValue("stroke-dasharray", line.Style.Dashes);
        return Svg.Element("g", ("class", line.Style.ColorClass)).With(
            sample, Svg.Marker(line.Style, x + (SampleWidth / 2), y),
            Svg.Text(x + SampleWidth + 5, y + 4, shown).With(Svg.Tip(line.Name)));
    }

    private readonly record struct PlotArea(double Left, double Top, double Right, double Bottom)
    {
        // Keeps points and their intervals clear of the axis.
        private const double Inset = 18;

        public double X(double share) => Left + Inset + (share * (Right - Left - (2 * Inset)));

        public double Y(double share) => Bottom - (share * (Bottom - Top));
    }
}
