using System.Text;

namespace Homer.Cli.Reports;

/// <summary>A report as Markdown text, whose charts are SVG files in the same folder.</summary>
internal static class MarkdownReport
{
    /// <summary>Returns the Markdown text.</summary>
    /// <param name="title">The heading.</param>
    /// <param name="facts">The settings that all sections have in common, by name.</param>
    /// <param name="sections">The sections.</param>
    /// <param name="fileOf">Returns the name of the file that holds a figure.</param>
    public static string Create(
        string title, IReadOnlyDictionary<string, string> facts, IReadOnlyList<ReportSection> sections,
        Func<ReportSection, ReportFigure, string> fileOf)
    {
        var text = new StringBuilder();
        Paragraph($"# {Escape(title)}");
        Table(["", ""], facts.Select(fact => (IReadOnlyList<string>)[fact.Key, fact.Value]));
        foreach (ReportSection section in sections)
        {
            Paragraph($"## {Escape(section.Title)}");
            Paragraph(Escape(section.Lead));
            foreach (ReportFigure figure in section.Figures)
                Paragraph($"![{Escape(figure.Caption)}]({fileOf(section, figure)})");
            foreach (ReportTable table in section.Tables)
            {
                Paragraph(Escape(table.Caption) + ":");
                Table(table.Columns, table.Rows);
            }

            Paragraph($"```\n{string.Join('\n', section.Log.Commands)}\n```");
        }

        return text.ToString().TrimEnd() + "\n";

        void Paragraph(string paragraph) => text.Append(paragraph).Append("\n\n");

        void Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
        {
            Row(columns);
            Row([.. columns.Select((_, i) => i == 0 ? "---" : "---:")]);
            foreach (IReadOnlyList<string> row in rows)
                Row([.. row.Select(Escape)]);
            text.Append('\n');
        }

        void Row(IReadOnlyList<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }

    private static string Escape(string text) => string.Concat(
        text.Select(c => c is '|' or '<' or '*' or '_' or '`' or '[' or ']' or '\\' ? $"\\{c}" : c.ToString()));
}
