using System.Globalization;
using System.Net;
using System.Text;
using System.Xml.Linq;
using Homer.Cli.Output;

namespace Homer.Cli.Reports;

/// <summary>A report as one HTML file, complete in itself and without scripts, for wide and narrow windows, light and dark.</summary>
internal static class HtmlReport
{
    private const double Wide = 860;
    private const double Narrow = 360;

    /// <summary>Writes the page.</summary>
    /// <param name="title">The heading.</param>
    /// <param name="facts">What all sections have in common, by name.</param>
    /// <param name="sections">The sections.</param>
    public static string Create(string title, IReadOnlyDictionary<string, string> facts, IReadOnlyList<ReportSection> sections) => PageTemplate.Fill("Reports.report.html", name => name switch
    {
        "title" => WebUtility.HtmlEncode(title),
        "style" => PageTemplate.Resource("Reports.report.css") + PageTemplate.Resource("Charts.chart.css"),
        "facts" => Render(facts.Select(fact => new XElement("div", new XElement("dt", fact.Key), new XElement("dd", fact.Value)))),
        "headlines" => Render(sections.Where(section => section.Headline is not null).Select(section => new XElement(
            "a", new XAttribute("href", $"#{section.Id}"), new XElement("small", section.Title), new XElement("strong", section.Headline!.Value.Figure), new XElement("span", section.Headline.Value.Text)))),
        "sections" => Render(sections.Select(Section)),
        "date" => DateTime.UtcNow.ToString("d MMMM yyyy", CultureInfo.InvariantCulture),
        string other => throw new InvalidOperationException($"The template asks for {other}."),
    });

    private static XElement Section(ReportSection section) => new(
        "section", new XAttribute("id", section.Id), new XElement("h2", section.Title), new XElement("p", section.Lead),
        section.Figures.Where(figure => !figure.IsSmall).Select(figure => Figure(figure, Wide, Narrow)),
        section.Figures.Any(figure => figure.IsSmall)
            ? new XElement("div", new XAttribute("class", "maps"), section.Figures.Where(figure => figure.IsSmall).Select(figure => Figure(figure, Narrow)))
            : null,
        section.Tables.Select(Table),
        new XElement(
            "details", new XElement("summary", "Commands and settings"),
            section.Commands.Select(command => new XElement("pre", new XElement("code", command))),
            new XElement("dl", section.Settings.Select(setting => new XElement("div", new XElement("dt", setting.Key), new XElement("dd", setting.Value))))));

    // Drawn for each width, of which the style sheet shows one: text keeps its size.
    private static XElement Figure(ReportFigure figure, params double[] widths) => new(
        "figure", new XElement("figcaption", figure.Caption),
        widths.Select(width =>
        {
            XElement picture = figure.Draw(width);
            if (widths.Length > 1)
                picture.SetAttributeValue("class", $"{picture.Attribute("class")!.Value} {(width < 500 ? "narrow" : "wide")}");
            return picture;
        }));

    private static XElement Table(ReportTable table) => new(
        "div", new XAttribute("class", "table"), new XAttribute("tabindex", "0"),
        new XElement(
            "table", new XElement("caption", table.Caption),
            new XElement("thead", new XElement("tr", table.Columns.Select(column => new XElement(column.Length > 0 ? "th" : "td", column)))),
            new XElement("tbody", table.Rows.Select(row => new XElement("tr", new XElement("th", row[0]), row.Skip(1).Select(cell => new XElement("td", cell)))))));

    private static string Render(IEnumerable<XElement> elements) =>
        elements.Aggregate(new StringBuilder(), (text, element) => text.Append(element.ToString(SaveOptions.DisableFormatting)).Append('\n')).ToString();
}
