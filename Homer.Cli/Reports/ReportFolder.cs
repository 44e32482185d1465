using System.Text;
using System.Xml.Linq;
using Homer.Cli.Charts;
using Homer.Cli.Output;
using Homer.Engine.Evaluation.Trials;
using Homer.Engine.Files;

namespace Homer.Cli.Reports;

/// <summary>A folder with logs of trials, and the report of them: index.html, report.md and its figures.</summary>
internal static class ReportFolder
{
    private const double FigureWidth = 760;
    private const double SmallFigureWidth = 360;

    /// <summary>Makes sure that the folder is there.</summary>
    /// <exception cref="HomerException">It cannot be made.</exception>
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

    /// <summary>Writes the report of all logs in the folder.</summary>
    /// <returns>The files written, the page first.</returns>
    /// <exception cref="HomerException">There is nothing to report, a log is broken, or a file cannot be written.</exception>
    public static IReadOnlyList<string> Write(string folder, string title)
    {
        if (!Directory.Exists(folder))
            throw new HomerException($"There is no folder '{folder}'; give --out one that holds logs, or measure first.");
        IReadOnlyList<ReportSection> sections = Report.Sections(
            Directory.EnumerateFiles(folder, "*.jsonl").Select(path => (Path.GetFileNameWithoutExtension(path), TrialLog.Read(path))));
        IReadOnlyDictionary<string, string> facts = Common(sections);
        List<string> written = [];
        Save("index.html", HtmlReport.Create(title, facts, sections));
        Save("report.md", MarkdownReport.Create(title, facts, sections, FileOf));
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

    private static string FileOf(ReportSection section, ReportFigure figure) => $"{section.Id}-{figure.Id}.svg";

    /// <summary>What is the same in all sections: the model, the device, the versions.</summary>
    private static Dictionary<string, string> Common(IReadOnlyList<ReportSection> sections) =>
        sections[0].Settings.Where(setting => sections.All(section => section.Settings.GetValueOrDefault(setting.Key) == setting.Value)).ToDictionary();

    /// <summary>A picture with its colours, and paper beneath it.</summary>
    private static string Standalone(XElement picture)
    {
        picture.AddFirst(
            Svg.Element("style").With(PageTemplate.Resource("Charts.chart.css")),
            Svg.Element("rect", ("width", "100%"), ("height", "100%"), ("style", "fill: var(--chart-paper)")));
        return picture.ToString(SaveOptions.DisableFormatting) + "\n";
    }
}
