using System.Text.RegularExpressions;
using Homer.Tests.Support;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Homer.Tests.Architecture;

/// <summary>
/// Files of kernels name the part of docs/kernels.md that explains them in a comment, <c>// Tour: docs/kernels.md#anchor</c>. Every file of
/// an operator's folder has one if it holds a kernel or a body for some backend.
/// </summary>
public sealed partial class TourLinkTests
{
    private static readonly string[] Operators =
        ["MatMul", "Attention", "Layers", "Sampling", "Merging", "Recall", "Eviction", "Rows", "Weights"];

    [Fact]
    public void Links_lead_to_a_heading()
    {
        SourceTree.Require();
        HashSet<string> anchors = Anchors(File.ReadLines(RepositoryFiles.KernelTour));
        Violations.Report("Links to the tour", SourceTree.Code.Where(file => file.IsIn("Homer.Kernels"))
            .SelectMany(file => Link().Matches(file.Text).Select(link => (file, anchor: link.Groups[1].Value)))
            .Where(link => !anchors.Contains(link.anchor))
            .Select(link => $"{link.file.Name}: docs/kernels.md has no heading #{link.anchor}"));
    }

    [Fact]
    public void Every_kernel_and_body_has_a_link()
    {
        SourceFile[] files = [.. SourceTree.Code.Where(file => Operators.Any(folder => file.IsIn("Homer.Kernels/" + folder)))];
        HashSet<string> bodies = [.. files.SelectMany(Bodies)];
        Violations.Report("Files of kernels without a link", files
            .Where(file => Types(file).Any(type => bodies.Contains(type.Identifier.Text)) || HasKernel(file))
            .Where(file => !Link().IsMatch(file.Text))
            .Select(file => file.Name));
    }

    [Fact]
    public void Anchors_are_those_of_GitHub()
    {
        string[] lines = ["# The kernels", "text", "## `Rope` table (2D)", "### Norm", "```", "# no", "```", "# Norm"];
        Assert.Equal(["the-kernels", "rope-table-2d", "norm", "norm-1"], Anchors(lines));
    }

    private static IEnumerable<TypeDeclarationSyntax> Types(SourceFile file) =>
        file.Tree.GetRoot().DescendantNodes().OfType<TypeDeclarationSyntax>();

    /// <summary>Returns the faces that have bodies for several backends, and those bodies.</summary>
    private static IEnumerable<string> Bodies(SourceFile file) =>
        from type in Types(file)
        from attribute in type.AttributeLists.SelectMany(list => list.Attributes)
        where attribute.Name.ToString() == "HasGpuBody"
        let others = attribute.DescendantNodes().OfType<TypeOfExpressionSyntax>().Select(body => body.Type.ToString())
        from name in others.Prepend(type.Identifier.Text)
        select name;

    private static bool HasKernel(SourceFile file) =>
        file.Tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>()
            .Any(method => method.Identifier.Text.EndsWith("Kernel", StringComparison.Ordinal));

    private static HashSet<string> Anchors(IEnumerable<string> lines)
    {
        var anchors = new HashSet<string>();
        bool fenced = false;
        foreach (string line in lines)
        {
            fenced ^= line.StartsWith("```", StringComparison.Ordinal);
            if (fenced || !Heading().IsMatch(line))
                continue;
            string anchor = NotInAnchors().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');
            for (int copy = 0; !anchors.Add(copy == 0 ? anchor : $"{anchor}-{copy}"); copy++)
            {
            }
        }

        return anchors;
    }

    [GeneratedRegex(@"// Tour: docs/kernels\.md#(\S+)")]
    private static partial Regex Link();

    [GeneratedRegex("^#{1,6} ")]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N}_ -]")]
    private static partial Regex NotInAnchors();
}
