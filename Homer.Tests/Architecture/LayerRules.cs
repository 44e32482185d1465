using System.Text.RegularExpressions;
using ArchUnitNET.Fluent;
using ArchUnitNET.Fluent.Slices;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace Homer.Tests.Architecture;

/// <summary>The rules about which folder may know which, for any root namespace, so that they can be tried on small examples.</summary>
internal static partial class LayerRules
{
    private const int TypesShown = 3;

    private static readonly string[] BodyFolders = ["Cpu", "Gpu", "Mma", "Wgmma"];

    /// <summary>No cycle between the first-level folders; below the folder of the methods, between those of single methods.</summary>
    public static SliceRule NoCycles(string project) => Slices.Folders(project, project + ".Methods").BeFreeOfCycles();

    /// <summary>The bodies of one operator for several backends do not know each other: for each folder that has any, a rule.</summary>
    public static IEnumerable<SliceRule> SeparateBodies(ArchUnitNET.Domain.Architecture code, string project) =>
        from holder in code.Namespaces
        let match = BodyFolder().Match(holder.FullName)
        let name = match.Groups["operator"].Value
        where match.Success && name.StartsWith(project + '.', StringComparison.Ordinal)
        group holder by name into bodies
        select Slices.Siblings(bodies.Key, BodyFolders.Contains).NotDependOnEachOther();

    /// <summary>The lower part knows nothing of the upper.</summary>
    public static IArchRule Below(string lower, string upper) =>
        Types().That().ResideInNamespaceOrBelow(lower).Should().NotDependOnAny(Types().That().ResideInNamespaceOrBelow(upper));

    /// <summary>The folders of the core know no method.</summary>
    public static IEnumerable<IArchRule> CoreWithoutMethods(string engine, string[] core) =>
        core.Select(folder => Below($"{engine}.{folder}", engine + ".Methods"));

    /// <summary>
    /// A method does not know another, except for plain reading, which others fall back on, and recall, which reads what it finds through
    /// HOMER's tree.
    /// </summary>
    public static SliceRule SeparateMethods(string engine) =>
        Slices.Siblings(engine + ".Methods", name => name is not ("Plain" or "Recall")).NotDependOnEachOther();

    /// <summary>Returns what breaks a rule.</summary>
    public static IEnumerable<string> Broken(ArchUnitNET.Domain.Architecture code, params IEnumerable<IArchRule> rules) =>
        rules.SelectMany(rule => rule.Evaluate(code)).Where(result => !result.Passed).Select(result => Shortened(result.Description));

    /// <summary>Returns a description in which each arrow between folders is followed by a few of the arrows between types in it.</summary>
    private static string Shortened(string description)
    {
        var lines = new List<string>();
        int types = 0;
        foreach (string line in description.TrimEnd().Split('\n'))
        {
            types = line.StartsWith('\t') ? types + 1 : 0;
            if (types <= TypesShown)
                lines.Add(line);
            else if (types == TypesShown + 1)
                lines.Add("\t…");
        }

        return string.Join("\n    ", lines);
    }

    [GeneratedRegex(@"^(?<operator>.+)\.(Cpu|Gpu|Mma|Wgmma)$")]
    private static partial Regex BodyFolder();
}
