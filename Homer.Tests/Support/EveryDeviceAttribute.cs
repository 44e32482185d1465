using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Homer.Tests.Support;

/// <summary>Runs a theory once for each of <see cref="TestDevices.Names"/>, which is its only parameter.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryDeviceAttribute : DataAttribute
{
    /// <inheritdoc/>
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. TestDevices.Names.Select(name => new TheoryDataRow<string>(name))]);

    /// <inheritdoc/>
    public override bool SupportsDiscoveryEnumeration() => true;
}
