using ArchUnitNET.Domain;
using ArchUnitNET.Fluent.Slices;

namespace Homer.Tests.Architecture;

/// <summary>Cuts code into slices, the parts between which rules speak of arrows.</summary>
internal static class Slices
{
    /// <summary>
    /// Starts a rule about the folders of a project: each first-level folder with all that is below it is a slice, except that a folder named
    /// in <paramref name="deeper"/> is cut one level further. What lies in none of them, the project's root, is a slice of its own.
    /// </summary>
    public static SlicesShould Folders(string root, params string[] deeper) =>
        Rule($"Folders of {root}", name => name == root ? root : Below(root, name) is { } folder ? deeper.Contains(folder) ? Below(folder, name) ?? folder : folder : null);

    /// <summary>Starts a rule about some folders beside each other.</summary>
    public static SlicesShould Siblings(string parent, Func<string, bool> included) =>
        Rule($"Folders of {parent}", name => Below(parent, name) is { } folder && included(folder[(parent.Length + 1)..]) ? folder : null);

    /// <summary>Returns the folder directly below <paramref name="parent"/> that a namespace belongs to; null if it is not below.</summary>
    private static string? Below(string parent, string name)
    {
        if (!name.StartsWith(parent + '.', StringComparison.Ordinal))
            return null;
        int end = name.IndexOf('.', parent.Length + 1);
        return end < 0 ? name : name[..end];
    }

    private static SlicesShould Rule(string description, Func<string, string?> sliceOf)
    {
        var creator = new SliceRuleCreator();
        creator.SetSliceAssignment(new SliceAssignment(
            type => type.Namespace is { } holder && sliceOf(holder.FullName) is { } slice ? SliceIdentifier.Of(slice) : SliceIdentifier.Ignore(),
            description));
        return new GivenSlices(creator).Should();
    }
}
