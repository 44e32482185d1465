using System.Runtime.CompilerServices;
using Xunit.v3;

namespace Homer.Tests.Support;

/// <summary>
/// A test of minutes or gigabytes. It runs where <c>--explicit on</c> (or <c>only</c>) is given, as the build server does, and bears the
/// trait <c>Duration=long</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongFactAttribute : FactAttribute, ITraitAttribute
{
    public LongFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber) => Explicit = true;

    /// <inheritdoc/>
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Duration", "long")];
}
