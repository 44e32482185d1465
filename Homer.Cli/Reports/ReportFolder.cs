using System.Text;
using System.Xml.Linq;
using Homer.Cli.Charts;
using Homer.Cli.Output;
using Homer.Engine.Evaluation.Trials;
using Homer.Engine.Files;

namespace Homer.Cli.Reports;

/// <summary>A folder that holds logs of trials and the report made from them: index.html, report.md and its figures.</summary>
internal static class ReportFolder
{
    /// <summary>The names of the files that every report has.</summary>
    public static readonly IReadOnlyList<string> Pages = ["index.html", "report.md"];

    private const double FigureWidth = 760;
    private const double SmallFigureWidth = 360;

    /// <summary>Creates the folder if it does not exist.</summary>
    /// <exception cref="HomerException">The folder cannot be created.</exception>
    public static void Require(string folder)
    {
        try
        {
            Directory.CreateDirectory(FileTrouble.FullPath(folder));
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            throw FileTrouble.CannotWrite(folder, e);
        }
    }

    /// <summary>Writes the report of all logs (<c>*.jsonl</c>) in the folder.</summary>
    /// <returns>The paths of the files written; index.html comes first.</returns>
    /// <exception cref="HomerException">There is nothing to report, a log is broken, or a file cannot be written.</exception>
    public static IReadOnlyList<string> Write(string folder, string title)
    {
        if (!Directory.Exists(folder))
            throw new HomerException($"There is no folder '{folder}'; give --out one that holds logs, or measure first.");
        IReadOnlyList<ReportSection> sections = Report.Sections(
            Logs(folder).Select(path => (Path.GetFileNameWithoutExtension(path), TrialLog.Read(path))));
        IReadOnlyDictionary<string, string> facts = CommonSettings(sections);
        List<string> written = [];
        Save(Pages[0], HtmlReport.Create(title, facts, sections));
        Save(Pages[1], MarkdownReport.Create(title, facts, sections, FileOf));
        foreach (ReportSection section in sections)
        {
            foreach (ReportFigure figure in section.Figures)
                Save(FileOf(section, figure), Standalone(figure.Draw(figure.IsSmall ? SmallFigureWidth : FigureWidth)));
        }

        return written;

        void Save(string name, string text)
        {
            string path = Path.Combine(folder, name);
            AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
            written.Add(path);
        }
    }

    private static string[] Logs(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, "*.jsonl").Where(path => FileStatus.Of(path).Kind == FileKind.Regular)];
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            throw FileTrouble.CannotRead(folder, e);
        }
    }

    private static string FileOf(ReportSection section, ReportFigure figure) => $"{section.Id}-{figure.Id}.svg";

    /// <summary>Returns the settings that all sections have in common: the model, the device, the versions.</summary>
    private static Dictionary<string, string> CommonSettings(IReadOnlyList<ReportSection> sections) =>
        sections[0].Log.Settings
            .Where(setting => sections.All(section => section.Log.Settings.GetValueOrDefault(setting.Key) == setting.Value))
            .ToDictionary();

    /// <summary>Returns a picture as a document of its own, with its style sheet and a background.</summary>
    private static string Standalone(XElement picture)
    {
        picture.AddFirst(
            Svg.Element("style").With(PageTemplate.Resource("Charts.chart.css")),
            Svg.Element("rect", ("width", "100%"), ("height", "100%"), ("style", "fill: var(--chart-paper)")));
        return XmlText.Render(picture) + "\n";
    }
}
