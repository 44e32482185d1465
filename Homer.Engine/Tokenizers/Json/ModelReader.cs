using System.Text.Json;
using Homer.Engine.Files;
using Homer.Engine.Tokenizers.Bpe;

namespace Homer.Engine.Tokenizers.Json;

/// <summary>Reads the model of a tokenizer.json: its vocabulary and merges.</summary>
internal static class ModelReader
{
    // Far more than any real vocabulary, so that ids do not make tables without bound.
    private const int MostIds = 1 << 23;

    /// <summary>Reads a model of byte pairs.</summary>
    /// <exception cref="HomerException">It is broken, or of another type.</exception>
    internal static BpeModel Read(JsonPart part)
    {
        string type = part.Text("type") ?? (part.Member("merges") is null ? "unknown" : "BPE");
        if (type != "BPE")
            throw part.Invalid($"is of type {Quoted.Text(type)}; Homer reads BPE");
        Vocabulary vocabulary = ReadVocabulary(part.Required("vocab"));
        string prefix = part.Text("continuing_subword_prefix") ?? "";
        MergeTable merges = ReadMerges(part.Required("merges"), vocabulary, prefix);
        int? unknown = part.Text("unk_token") is { Length: > 0 } token
            ? vocabulary.Find(token) is >= 0 and var id ? id : throw part.Invalid($"lacks its unk_token {Quoted.Text(token)}")
            : null;
        return new(vocabulary, merges, new()
        {
            Unknown = unknown,
            FusesUnknown = part.Flag("fuse_unk", false),
            FallsBackToBytes = part.Flag("byte_fallback", false),
            IgnoresMerges = part.Flag("ignore_merges", false),
            ContinuingPrefix = prefix,
            EndSuffix = part.Text("end_of_word_suffix") ?? "",
        });
    }

    private static Vocabulary ReadVocabulary(JsonPart part)
    {
        if (part.Value.ValueKind != JsonValueKind.Object)
            throw part.Invalid("is not an object");
        Dictionary<string, int> ids = [];
        int size = 0;
        foreach (JsonProperty entry in part.Value.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.Number || !entry.Value.TryGetInt32(out int id) || id is < 0 or >= MostIds)
                throw part.Invalid($"gives {Quoted.Text(entry.Name)} no id between 0 and {MostIds - 1}");
            ids.Add(entry.Name, id);
            size = Math.Max(size, id + 1);
        }

        var vocabulary = new Vocabulary(ids, size);
        foreach ((string text, int id) in ids)
        {
            if (!ReferenceEquals(vocabulary.TextOf(id), text))
                throw part.Invalid($"gives {Quoted.Text(text)} and {Quoted.Text(vocabulary.TextOf(id)!)} the same id, {id}");
        }

        return ids.Count > 0 ? vocabulary : throw part.Invalid("is empty");
    }

    private static MergeTable ReadMerges(JsonPart part, Vocabulary vocabulary, string prefix)
    {
        if (part.Value.ValueKind != JsonValueKind.Array)
            throw part.Invalid("is not a list");
        List<(int Left, int Right, int Rank, int Merged)> merges = new(part.Value.GetArrayLength());
        int rank = 0;
        foreach (JsonElement entry in part.Value.EnumerateArray())
        {
            // Files of older versions begin with a line that is no merge.
            if (rank == 0 && entry.ValueKind == JsonValueKind.String && entry.GetString()!.StartsWith("#version", StringComparison.Ordinal))
                continue;
            (string left, string right) = Pair(entry) ?? throw part.Invalid($"has at {rank} something else than two tokens");
            merges.Add((
                Find(left), Find(right), rank,
                Find(left + (prefix.Length > 0 && right.Length >= prefix.Length ? right[prefix.Length..] : right))));
            rank++;

            int Find(string token) => vocabulary.Find(token) is >= 0 and var id
                ? id
                : throw part.Invalid($"merges {Quoted.Text(left)} and {Quoted.Text(right)}, but the vocabulary lacks {Quoted.Text(token)}");
        }

        return new(merges);
    }

    private static (string Left, string Right)? Pair(JsonElement entry)
    {
        if (entry.ValueKind == JsonValueKind.String)
            return entry.GetString()!.Split(' ') is [var left, var right] ? (left, right) : null;
        if (entry.ValueKind != JsonValueKind.Array || entry.GetArrayLength() != 2)
            return null;
        return entry[0].ValueKind == JsonValueKind.String && entry[1].ValueKind == JsonValueKind.String
            ? (entry[0].GetString()!, entry[1].GetString()!)
            : null;
    }
}
