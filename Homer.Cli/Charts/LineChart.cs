using System.Xml.Linq;

namespace Homer.Cli.Charts;

/// <summary>Lines over lengths, with intervals where there are any. Wide ones name their lines at the right, narrow ones below.</summary>
internal sealed class LineChart(string title, ChartAxis horizontal, ChartAxis vertical, IReadOnlyList<ChartSeries> series)
{
    private const double Top = 14;
    private const double Below = 42;
    private const double Row = 18;
    private const double WidestNames = 250;

    // Intervals of lines that lie on each other are drawn side by side.
    private const double Dodge = 4;

    /// <summary>Draws the chart.</summary>
    /// <param name="width">Its width; below 500 it is laid out for narrow screens.</param>
    /// <param name="height">The height of what is above the names.</param>
    public XElement Draw(double width, double height)
    {
        bool wide = width >= 500;
        double left = 12 + vertical.Ticks.Max(tick => Svg.WidthOf(tick.Label));
        double right = wide ? Math.Min(WidestNames, 26 + series.Max(line => Svg.WidthOf(line.Name))) : 14;
        var area = new Area(left, Top, width - right, height - Below);
        // The first line is drawn last: where lines lie on each other, it is the one to be seen.
        return Svg.Picture(
            width, wide ? height : height + 6 + (Row * series.Count), title,
            Grid(area), series.Select((line, i) => Draw(line, area, (i - ((series.Count - 1) / 2.0)) * Dodge)).Reverse(),
            wide ? NamesAtTheRight(area) : NamesBelow(left, height + 10));
    }

    private IEnumerable<XElement> Grid(Area area)
    {
        foreach ((double value, string label) in vertical.Ticks)
        {
            double y = area.Y(vertical.Place(value));
            yield return Svg.Line(area.Left, y, area.Right, y, "grid");
            yield return Svg.Text(area.Left - 8, y + 4, label, "tick", "end");
        }

        foreach ((double value, string label) in horizontal.Ticks)
            yield return Svg.Text(area.X(horizontal.Place(value)), area.Bottom + 19, label, "tick", "middle");
        yield return Svg.Line(area.Left, area.Bottom, area.Right, area.Bottom, "axis");
        yield return Svg.Text((area.Left + area.Right) / 2, area.Bottom + 37, "tokens of context", "name", "middle");
    }

    private XElement Draw(ChartSeries line, Area area, double dodge)
    {
        XElement group = Svg.Element("g", ("class", Svg.ColorClass(line.Color)));
        (double X, double Y, ChartPoint Point)[] places =
            [.. line.Points.Select(point => (area.X(horizontal.Place(point.X)) + dodge, area.Y(vertical.Place(point.Y)), point))];
        foreach ((double x, _, ChartPoint point) in places)
        {
            if (point is { Low: { } low, High: { } high })
                group.Add(Svg.Line(x, area.Y(vertical.Place(low)), x, area.Y(vertical.Place(high)), "interval"));
        }

        group.Add(Svg.Element("polyline", ("class", "line"), ("points", string.Join(' ', places.Select(place => $"{Svg.Number(place.X)},{Svg.Number(place.Y)}")))));
        group.Add(places.Select(place => Svg.Marker(line.Color, place.X, place.Y).With(Svg.Tip($"{line.Name}, {place.Point.Label}"))));
        return group;
    }

    private IEnumerable<XElement> NamesAtTheRight(Area area)
    {
        // Each name beside the end of its line, moved as far as it takes for all to be read.
        ChartSeries[] ordered = [.. series.OrderBy(line => -vertical.Place(line.Points[^1].Y)).ThenBy(line => line.Color)];
        double[] places = [.. ordered.Select(line => area.Y(vertical.Place(line.Points[^1].Y)))];
        for (int i = 1; i < places.Length; i++)
            places[i] = Math.Max(places[i], places[i - 1] + Row);
        double lowest = area.Bottom;
        for (int i = places.Length - 1; i >= 0; i--, lowest -= Row)
            places[i] = Math.Min(places[i], lowest);
        return ordered.Zip(places, (line, y) => Name(line, area.Right + 16, y));
    }

    private IEnumerable<XElement> NamesBelow(double left, double top) => series.Select((line, i) => Name(line, left, top + (Row * i)));

    private static XElement Name(ChartSeries line, double x, double y)
    {
        int room = (int)((WidestNames - 26) / Svg.WidthOf("x"));
        string shown = line.Name.Length <= room ? line.Name : line.Name[..(room - 1)] + "…";
        return Svg.Element("g").With(Svg.Marker(line.Color, x, y), Svg.Text(x + 9, y + 4, shown).With(Svg.Tip(line.Name)));
    }

    private readonly record struct Area(double Left, double Top, double Right, double Bottom)
    {
        // Points and their intervals keep clear of the axis.
        private const double Inset = 18;

        public double X(double share) => Left + Inset + (share * (Right - Left - (2 * Inset)));

        public double Y(double share) => Bottom - (share * (Bottom - Top));
    }
}
