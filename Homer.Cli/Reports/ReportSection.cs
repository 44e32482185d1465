using System.Xml.Linq;

namespace Homer.Cli.Reports;

/// <summary>One kind of measurement as a report shows it, whatever the form of the report.</summary>
/// <param name="Id">A word that names it in file names and links.</param>
/// <param name="Title">The heading.</param>
/// <param name="Lead">What was measured and how, in a few sentences.</param>
/// <param name="Headline">The result in a figure, and what the figure is; null where no one figure says it.</param>
/// <param name="Figures">Charts.</param>
/// <param name="Tables">The same in numbers.</param>
/// <param name="Settings">What all trials have in common.</param>
/// <param name="Commands">The commands that the trials are from.</param>
internal sealed record ReportSection(
    string Id, string Title, string Lead, (string Figure, string Text)? Headline, IReadOnlyList<ReportFigure> Figures, IReadOnlyList<ReportTable> Tables,
    IReadOnlyDictionary<string, string> Settings, IReadOnlyList<string> Commands);

/// <summary>A chart that is drawn anew for each width.</summary>
/// <param name="Id">A word that names it among its section's.</param>
/// <param name="Caption">What it shows.</param>
/// <param name="IsSmall">Whether several stand side by side.</param>
/// <param name="Draw">Draws it; given the width.</param>
internal sealed record ReportFigure(string Id, string Caption, bool IsSmall, Func<double, XElement> Draw);

/// <summary>A table; the first column holds names.</summary>
internal sealed record ReportTable(string Caption, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
