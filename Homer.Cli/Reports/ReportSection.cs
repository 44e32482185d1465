using System.Xml.Linq;
using Homer.Engine.Evaluation.Trials;

namespace Homer.Cli.Reports;

/// <summary>One evaluation as a report shows it, independent of the report's format.</summary>
internal sealed record ReportSection
{
    /// <summary>The section's name in file names and links.</summary>
    public required string Id { get; init; }

    /// <summary>The heading.</summary>
    public required string Title { get; init; }

    /// <summary>A few sentences that say what was measured and how.</summary>
    public required string Lead { get; init; }

    /// <summary>The result as one figure with a text that explains it; null where one figure does not suffice.</summary>
    public (string Figure, string Text)? Headline { get; init; }

    /// <summary>The charts.</summary>
    public required IReadOnlyList<ReportFigure> Figures { get; init; }

    /// <summary>The tables, which hold the numbers that the charts show.</summary>
    public required IReadOnlyList<ReportTable> Tables { get; init; }

    /// <summary>The log of the trials, whose settings and commands the section lists.</summary>
    public required TrialLog Log { get; init; }
}

/// <summary>A chart that is drawn for a given width.</summary>
/// <param name="Id">The figure's name within its section.</param>
/// <param name="Caption">The caption.</param>
/// <param name="IsSmall">Whether several figures of this kind stand side by side.</param>
/// <param name="Draw">Draws the chart for a width in pixels.</param>
internal sealed record ReportFigure(string Id, string Caption, bool IsSmall, Func<double, XElement> Draw);

/// <summary>A table whose first column holds the names of the rows.</summary>
internal sealed record ReportTable(string Caption, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
