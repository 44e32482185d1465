using System.Text.RegularExpressions;

namespace Homer.Engine.Locations;

/// <summary>The variables and the home folder of a user, which say where other programs keep the models that they fetch.</summary>
/// <param name="Variable">Returns the value of a variable; null where it is not set.</param>
/// <param name="Home">The user's home folder.</param>
internal sealed partial record UserEnvironment(Func<string, string?> Variable, string Home)
{
    /// <summary>The environment of this process.</summary>
    public static UserEnvironment Current { get; } =
        new(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>
    /// Returns the folder that a variable names, in which <c>~</c> and <c>$NAME</c> stand for what they do in Python's expanduser and
    /// expandvars; null where it is not set, or empty.
    /// </summary>
    public string? Folder(string variable)
    {
        if (Variable(variable) is not { Length: > 0 } value)
            return null;
        if (value == "~" || value.StartsWith("~/", StringComparison.Ordinal) || value.StartsWith(@"~\", StringComparison.Ordinal))
            value = Home + value[1..];
        return Reference().Replace(value, match => Variable(match.Groups["name"].Value) ?? match.Value);
    }

    /// <summary>Returns a folder below the user's home.</summary>
    public string Below(params ReadOnlySpan<string> names) => Path.Combine([Home, .. names]);

    [GeneratedRegex(@"\$(?<name>\w+)|\$\{(?<name>[^}]*)\}|%(?<name>\w+)%", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
