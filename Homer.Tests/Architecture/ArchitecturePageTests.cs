using System.Text.RegularExpressions;
using ArchUnitNET.Domain;

namespace Homer.Tests.Architecture;

/// <summary>The pictures of docs/architecture.md: each folder of a project knows only folders in lower lines.</summary>
public sealed partial class ArchitecturePageTests
{
    private const string Page = "docs/architecture.md";

    // The name, in a picture, of what lies in no folder.
    private const string Root = "root";

    [Theory]
    [InlineData("Homer.Kernels")]
    [InlineData("Homer.Engine")]
    [InlineData("Homer.Cli")]
    public void Arrows_between_folders_go_down(string project)
    {
        Dictionary<string, int> lines = Picture(project);
        (string From, string To, string Types)[] arrows =
        [
            .. from type in CodeBase.Products.Types
               let origin = FolderOf(type, project)
               where origin is not null
               from dependency in type.Dependencies
               let target = FolderOf(dependency.Target, project)
               // Type parameters of the same name are one to ArchUnitNET, wherever they are declared.
               where target is not null && target != origin && dependency.Target is not GenericParameter
               select (origin, target, $"{type.Name} knows {dependency.Target.Name}"),
        ];
        IEnumerable<string> folders = arrows.SelectMany(arrow => new[] { arrow.From, arrow.To }).Distinct();
        Violations.Report("Folders that are not in the picture", folders.Except(lines.Keys));
        Violations.Report($"Arrows of {project} that go up", arrows.Distinct().Where(arrow => lines[arrow.From] >= lines[arrow.To])
            .Select(arrow => $"{arrow.From} to {arrow.To}: {arrow.Types}"));
    }

    [Fact]
    public void Paths_of_the_walk_exist()
    {
        SourceTree.Require();
        string[] names = [.. SourceTree.Code.Select(file => file.Name)];
        IEnumerable<string> paths = Paths().Matches(Text()).Select(path => path.Groups["path"].Value).Distinct();
        Violations.Report("Files that are not there", paths.Where(path => !Array.Exists(names, name => IsEndOf(path, name))));
    }

    private static bool IsEndOf(string path, string name) =>
        name == path || name.EndsWith('/' + path, StringComparison.Ordinal) || name.EndsWith('.' + path, StringComparison.Ordinal);

    /// <summary>Returns the line of each folder in the first picture of a project's section.</summary>
    private static Dictionary<string, int> Picture(string project)
    {
        string section = Text()[Text().IndexOf($"\n## {project}\n", StringComparison.Ordinal)..];
        string[] lines = Fence().Match(section).Groups["picture"].Value.Split('\n');
        return lines.SelectMany((line, i) => line.Split(
            ' ', StringSplitOptions.RemoveEmptyEntries).Select(folder => (folder, i))).ToDictionary();
    }

    private static string Text() => SourceTree.Markdown.Single(file => file.Name == Page).Text;

    /// <summary>Returns the first-level folder of a type; null outside the project.</summary>
    private static string? FolderOf(IType type, string project)
    {
        string name = type.Namespace?.FullName ?? "";
        return name == project ? Root : name.StartsWith(project + '.', StringComparison.Ordinal)
            ? name[(project.Length + 1)..].Split('.')[0] : null;
    }

    [GeneratedRegex(@"^```\n(?<picture>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"`(?<path>[\w./]+\.cs)`")]
    private static partial Regex Paths();
}
