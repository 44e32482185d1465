using System.Text.Json;
using Homer.Engine.Files;

namespace Homer.Engine.Weights;

/// <summary>Reads <c>model.safetensors.index.json</c>, whose <c>weight_map</c> names the shard of every tensor.</summary>
internal static class ShardIndex
{
    private const int MaxBytes = 100_000_000;

    /// <summary>
    /// Reads the path of each tensor's shard, relative to the folder of the index; none leads out of it.
    /// </summary>
    /// <exception cref="HomerException">The index cannot be read or is not valid.</exception>
    internal static IReadOnlyDictionary<string, string> Read(string path)
    {
        Dictionary<string, string>? shards = null;
        byte[] content = FileContent.Read(path, MaxBytes);
        if (ForeignFile.AsModelFile(content) is { } foreign)
            throw foreign.Refusal(path, "an index of shards");
        StrictJson.ReadObject(content, "content", ReadMembers, Invalid);
        if (shards is null) throw Invalid("it has no weight_map");
        foreach ((string tensor, string shard) in shards)
        {
            if (!shard.Split('/').All(IsPlainName))
                throw Invalid($"tensor {Quoted.Text(tensor)} is in {Quoted.Text(shard)}, which is not the path of a file in its folder");
        }

        return shards;

        void ReadMembers(JsonElement.ObjectEnumerator members)
        {
            foreach (JsonProperty member in members.Where(member => member.NameEquals("weight_map")))
            {
                if (shards is not null) throw Invalid("it has weight_map twice");
                shards = StrictJson.Strings(member, Invalid);
            }
        }

        HomerException Invalid(string what) => new($"'{path}' is not a valid index of shards: {what}; download or export it again.");
    }

    // Separators of Windows and drive colons are refused on every system, so that a folder means the same everywhere.
    private static bool IsPlainName(string name) => name is not ("" or "." or "..") && name.AsSpan().IndexOfAny("\\:\0") < 0;
}
