using System.Globalization;
using System.Xml.Linq;

namespace Homer.Cli.Charts;

/// <summary>A table of shares whose cells are shaded by their value.</summary>
/// <param name="title">The description of the picture.</param>
/// <param name="rows">The names of the rows.</param>
/// <param name="columns">The names of the columns.</param>
/// <param name="cell">Returns the share of a cell, 0 … 1, and its tooltip; null where nothing was measured.</param>
internal sealed class HeatMap(
    string title, IReadOnlyList<string> rows, IReadOnlyList<string> columns, Func<int, int, (double Share, string Tip)?> cell)
{
    private const double RowHeight = 26;
    private const double NamesHeight = 22;
    private const double Gap = 2;

    // From this share on the shade contrasts with the digits of the style "strong".
    private const double Strong = 0.55;

    /// <summary>Draws the table.</summary>
    /// <param name="width">The width of the picture.</param>
    public XElement Draw(double width)
    {
        double left = 12 + rows.Max(Svg.WidthOf);
        double cellWidth = (width - left) / columns.Count;
        double height = (rows.Count * RowHeight) + NamesHeight;
        XElement picture = Svg.Picture(width, height, title);
        foreach ((int row, string name) in rows.Index())
        {
            picture.Add(Svg.Text(left - 8, (row * RowHeight) + (RowHeight / 2) + 4, name, "tick", "end"));
            for (int column = 0; column < columns.Count; column++)
                picture.Add(Cell(row, column, left + (column * cellWidth), row * RowHeight, cellWidth));
        }

        picture.Add(columns.Select((name, i) => Svg.Text(left + ((i + 0.5) * cellWidth), height - 5, name, "tick", "middle")));
        return picture;
    }

    private XElement Cell(int row, int column, double x, double y, double width)
    {
        (double Share, string Tip)? value = cell(row, column);
        XElement box = Svg.Element("g").With(Rectangle("empty", null));
        if (value is not ({ } share, { } tip))
            return box;
        string percent = (100 * share).ToString("0", CultureInfo.InvariantCulture);
        return box.With(
            Rectangle("shade", share),
            Svg.Text(x + (width / 2), y + (RowHeight / 2) + 4, percent, share >= Strong ? "strong" : "weak", "middle"),
            Svg.Tip(tip));

        XElement Rectangle(string kind, double? opacity) => Svg.Element(
            "rect",
            ("class", kind),
            ("x", x + (Gap / 2)),
            ("y", y + (Gap / 2)),
            ("width", width - Gap),
            ("height", RowHeight - Gap),
            ("rx", 3.0),
            ("fill-opacity", opacity?.ToString("0.##", CultureInfo.InvariantCulture)));
    }
}
