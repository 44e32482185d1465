using System.Globalization;
using System.Net;
using System.Text;
using System.Xml.Linq;
using Homer.Cli.Charts;
using Homer.Cli.Output;

namespace Homer.Cli.Reports;

/// <summary>A report as one self-contained HTML file without scripts, for wide and narrow windows, light and dark.</summary>
internal static class HtmlReport
{
    private const double Wide = 860;
    private const double Narrow = 360;

    /// <summary>Returns the HTML of the page.</summary>
    /// <param name="title">The heading.</param>
    /// <param name="facts">The settings that all sections have in common, by name.</param>
    /// <param name="sections">The sections.</param>
    public static string Create(string title, IReadOnlyDictionary<string, string> facts, IReadOnlyList<ReportSection> sections) =>
        PageTemplate.Fill("Reports.report.html", name => name switch
        {
            "title" => WebUtility.HtmlEncode(title),
            "style" => PageTemplate.Resource("Reports.report.css") + PageTemplate.Resource("Charts.chart.css"),
            "facts" => Render(Pairs(facts)),
            "headlines" => Render(sections.Where(section => section.Headline is not null).Select(Headline)),
            "sections" => Render(sections.Select(Section)),
            "date" => DateTime.UtcNow.ToString("d MMMM yyyy", CultureInfo.InvariantCulture),
            string other => throw new InvalidOperationException($"The template asks for {other}."),
        });

    private static XElement Headline(ReportSection section) => new(
        "a", new XAttribute("href", $"#{section.Id}"), new XElement("small", section.Title),
        new XElement("strong", section.Headline!.Value.Figure), new XElement("span", section.Headline.Value.Text));

    private static XElement Section(ReportSection section) => new(
        "section", new XAttribute("id", section.Id), new XElement("h2", section.Title), new XElement("p", section.Lead),
        section.Figures.Where(figure => !figure.IsSmall).Select(figure => Figure(figure, Wide, Narrow)),
        SmallFigures(section),
        section.Tables.Select(Table),
        new XElement(
            "details", new XElement("summary", "Commands and settings"),
            section.Log.Commands.Select(command => new XElement("pre", new XElement("code", command))),
            new XElement("dl", Pairs(section.Log.Settings))));

    private static XElement? SmallFigures(ReportSection section)
    {
        XElement[] figures = [.. section.Figures.Where(figure => figure.IsSmall).Select(figure => Figure(figure, Narrow))];
        return figures.Length > 0 ? new XElement("div", new XAttribute("class", "maps"), figures) : null;
    }

    // A figure is drawn once for each width, and the style sheet shows one of the drawings: so text keeps its size.
    private static XElement Figure(ReportFigure figure, params double[] widths) => new(
        "figure", new XElement("figcaption", figure.Caption),
        widths.Select(width =>
        {
            XElement picture = figure.Draw(width);
            if (widths.Length > 1)
                picture.SetAttributeValue("class", $"{picture.Attribute("class")!.Value} {(width < 500 ? "narrow" : "wide")}");
            return picture;
        }));

    private static XElement Table(ReportTable table)
    {
        var head = new XElement("tr", table.Columns.Select(column => new XElement(column.Length > 0 ? "th" : "td", column)));
        IEnumerable<XElement> body = table.Rows.Select(row =>
            new XElement("tr", new XElement("th", row[0]), row.Skip(1).Select(cell => new XElement("td", cell))));
        return new(
            "div", new XAttribute("class", "table"), new XAttribute("tabindex", "0"),
            new XElement("table", new XElement("caption", table.Caption), new XElement("thead", head), new XElement("tbody", body)));
    }

    private static IEnumerable<XElement> Pairs(IReadOnlyDictionary<string, string> pairs) =>
        pairs.Select(pair => new XElement("div", new XElement("dt", pair.Key), new XElement("dd", pair.Value)));

    private static string Render(IEnumerable<XElement> elements) => elements.Aggregate(
        new StringBuilder(), (text, element) => text.Append(XmlText.Render(element)).Append('\n')).ToString();
}
