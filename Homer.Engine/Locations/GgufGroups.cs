using System.Text.RegularExpressions;
using Homer.Engine.Files;

namespace Homer.Engine.Locations;

/// <summary>The models among the GGUF files of a folder: the parts of one count as one, which its first part stands for.</summary>
internal static class GgufGroups
{
    private const string Ending = ".gguf";

    // Files beside models are told apart by what they hold, but only once they are opened; among several, these names say enough.
    private static readonly string[] Companions = ["mmproj", "imatrix"];

    /// <summary>Returns whether a file is a GGUF file by its name.</summary>
    public static bool Is(string name) => name.EndsWith(Ending, StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns the models among names of files, each by the name of its only or its first part, in ordinal order.</summary>
    public static string[] Of(IEnumerable<string> names) =>
        [.. names.Where(Is).Select(FirstPart).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Returns the models among names that a program would take, or those beside models where there are no others.</summary>
    public static string[] WithoutCompanions(string[] groups) =>
        Array.FindAll(groups, name => !Companions.Any(word => Path.GetFileName(name).Contains(word, StringComparison.OrdinalIgnoreCase)))
            is { Length: > 0 } models ? models : groups;

    /// <summary>Returns whether the name of a file says that it is of a type, such as <c>model-Q4_K_M.gguf</c> of q4_k_m.</summary>
    public static bool IsOfType(string name, string type) => Regex.IsMatch(
        Path.GetFileName(name), $@"(^|[-._]){Regex.Escape(type)}($|[-.])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    private static string FirstPart(string name)
    {
        string folder = name[..^Path.GetFileName(name).Length];
        return PartName.Of(Path.GetFileName(name)) is { } part ? folder + (part with { Part = 1 }) : name;
    }
}
