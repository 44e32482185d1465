using System.Reflection;
using System.Text.RegularExpressions;
using Homer.Engine;
using Homer.Engine.Methods;
using Homer.Kernels.Devices;
using Homer.Tests.Cli;
using Homer.Tests.Support;

namespace Homer.Tests.Architecture;

/// <summary>The tables of the documents name what there is: types and members, methods, commands.</summary>
public sealed partial class GlossaryTests
{
    private const BindingFlags AllMembers =
        BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.FlattenHierarchy;

    private static readonly Assembly[] Assemblies =
        [typeof(ComputeDevice).Assembly, typeof(HomerEngine).Assembly, Assembly.Load("homer"), Assembly.Load("Homer.Training")];

    [Fact]
    public void Every_name_of_the_glossary_is_in_the_code()
    {
        string[] names = [.. Rows("docs/glossary.md").Where(row => row.Length == 3).SelectMany(row => Names(row[2])).Distinct()];
        Assert.NotEmpty(names);
        ILookup<string, Type> types = Assemblies.SelectMany(assembly => assembly.GetTypes()).ToLookup(type => type.Name.Split('`')[0]);
        string[] missing = [.. names.Where(name => !Exists(name.Split('.'), types))];
        Assert.Empty(missing);
    }

    [Fact]
    public void The_table_of_methods_is_the_registry() => Assert.Equal(
        ContextMethods.All.Select(method => (method.Name, method.Summary)),
        Rows("docs/methods.md").Where(row => row.Length == 2 && Names(row[0]).Any() && row[1].Contains("memory"))
            .Select(row => (Names(row[0]).First(), row[1])));

    [Fact]
    public void The_table_of_commands_is_the_command_line()
    {
        string help = HomerProcess.Run("--help").Output;
        string list = help[help.IndexOf("Commands:", StringComparison.Ordinal)..];
        IEnumerable<string> commands = Command().Matches(list).Select(match => match.Groups["name"].Value);
        IEnumerable<string> listed =
            Rows("README.md").SelectMany(row => Listed().Matches(row[0])).Select(match => match.Groups["name"].Value);
        Assert.Equal(commands.Order(), listed.Distinct().Order());
    }

    private static bool Exists(string[] name, ILookup<string, Type> types) =>
        types[name[0]].Any(type => name.Length == 1 || type.GetMember(name[1], AllMembers).Length > 0);

    /// <summary>Returns the cells of every row of every table of a document.</summary>
    private static IEnumerable<string[]> Rows(string document)
    {
        string path = Path.Combine(RepositoryFiles.Root, document);
        Assert.SkipUnless(File.Exists(path), "the documentation is not here");
        return from line in File.ReadLines(path)
               where line.StartsWith('|')
               select Cell().Split(line.Trim('|')).Select(cell => cell.Trim()).ToArray();
    }

    private static IEnumerable<string> Names(string cell) => Code().Matches(cell).Select(match => match.Groups["name"].Value);

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Cell();

    [GeneratedRegex("`(?<name>[^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"^ {2}(?<name>[a-z]+)\b", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"`homer (?<name>[a-z]+)")]
    private static partial Regex Listed();
}
