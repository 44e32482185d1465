using System.Globalization;
using System.Xml.Linq;

namespace Homer.Cli.Charts;

/// <summary>A table whose cells are shaded by the share that was right.</summary>
/// <param name="title">What it shows.</param>
/// <param name="rows">Names of the rows.</param>
/// <param name="columns">Names of the columns.</param>
/// <param name="cell">A cell's share and what it says when the pointer rests on it; null where nothing was measured.</param>
internal sealed class HeatMap(string title, IReadOnlyList<string> rows, IReadOnlyList<string> columns, Func<int, int, (double Share, string Tip)?> cell)
{
    private const double Row = 26;
    private const double Below = 22;
    private const double Gap = 2;

    // From here on the shade is dark enough for light digits, or light enough for dark ones.
    private const double Strong = 0.55;

    /// <summary>Draws the table.</summary>
    /// <param name="width">Its width.</param>
    public XElement Draw(double width)
    {
        double left = 12 + rows.Max(Svg.WidthOf), across = (width - left) / columns.Count, height = (rows.Count * Row) + Below;
        XElement picture = Svg.Picture(width, height, title);
        foreach ((int row, string name) in rows.Index())
        {
            picture.Add(Svg.Text(left - 8, (row * Row) + (Row / 2) + 4, name, "tick", "end"));
            for (int column = 0; column < columns.Count; column++)
                picture.Add(Cell(row, column, left + (column * across), row * Row, across));
        }

        picture.Add(columns.Select((name, i) => Svg.Text(left + ((i + 0.5) * across), height - 5, name, "tick", "middle")));
        return picture;
    }

    private XElement Cell(int row, int column, double x, double y, double across)
    {
        (double Share, string Tip)? value = cell(row, column);
        XElement box = Svg.Element("g").With(Rectangle("empty", null));
        if (value is not ({ } share, { } tip))
            return box;
        return box.With(
            Rectangle("shade", share),
            Svg.Text(x + (across / 2), y + (Row / 2) + 4, (100 * share).ToString("0", CultureInfo.InvariantCulture), share >= Strong ? "strong" : "weak", "middle"),
            Svg.Tip(tip));

        XElement Rectangle(string kind, double? opacity) => Svg.Element(
            "rect", ("class", kind), ("x", x + (Gap / 2)), ("y", y + (Gap / 2)), ("width", across - Gap), ("height", Row - Gap), ("rx", 3.0),
            ("fill-opacity", opacity?.ToString("0.##", CultureInfo.InvariantCulture)));
    }
}
