using ArchUnitNET.Domain;
using ArchUnitNET.Fluent.Slices;

namespace Homer.Tests.Architecture;

/// <summary>Cuts code into slices, the parts between which rules speak of arrows.</summary>
internal static class Slices
{
    /// <summary>
    /// Starts a rule about the folders of a project: each first-level folder with all that is below it is a slice, and so is the root, what
    /// lies in no folder.
    /// </summary>
    /// <param name="root">The namespace of the project.</param>
    /// <param name="deeper">A folder, by its namespace, that is cut one level further.</param>
    public static SlicesShould Folders(string root, string? deeper = null) =>
        Rule($"Folders of {root}", name => name == root ? root : (deeper is null ? null : Below(deeper, name)) ?? Below(root, name));

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
        creator.SetSliceAssignment(new SliceAssignment(Identify, description));
        return new GivenSlices(creator).Should();

        SliceIdentifier Identify(IType type)
        {
            string? slice = type.Namespace is { } holder ? sliceOf(holder.FullName) : null;
            return slice is null ? SliceIdentifier.Ignore() : SliceIdentifier.Of(slice);
        }
    }
}
