using Homer.Cli.Output;
using Homer.Engine.Weights;

namespace Homer.Cli.Commands;

/// <summary>A type in which files store weights, and how much of it they hold; its members are JSON names.</summary>
/// <param name="Type">The name of the type in files.</param>
/// <param name="Tensors">The number of tensors.</param>
/// <param name="Bytes">The size of these tensors in the files.</param>
internal sealed record StoredType(string Type, int Tensors, long Bytes)
{
    /// <summary>Returns the types of all tensors; the one that takes most bytes comes first.</summary>
    public static IReadOnlyList<StoredType> Of(WeightFiles files) =>
    [
        .. files.Names.Select(name => files[name].Tensor).GroupBy(tensor => tensor.TypeName)
            .Select(group => new StoredType(group.Key, group.Count(), group.Sum(tensor => tensor.ByteLength)))
            .OrderByDescending(stored => stored.Bytes).ThenBy(stored => stored.Type, StringComparer.Ordinal),
    ];

    /// <inheritdoc/>
    public override string ToString() => $"{Tensors} {Type} ({Terminal.Bytes(Bytes)})";
}
