namespace Homer.Engine.Tokenizers.Json;

/// <summary>Reads the post-processor of a tokenizer.json, as far as single sequences go.</summary>
internal static class PostProcessorReader
{
    /// <summary>Reads what a post-processor puts around a sequence.</summary>
    /// <exception cref="HomerException">It is broken, or of a type that Homer does not know.</exception>
    internal static SequenceEnds Read(JsonPart part)
    {
        switch (part.Type)
        {
            case "ByteLevel":
                return SequenceEnds.None;
            case "Sequence":
                return part.Required("processors").Items().Select(Read).Aggregate(
                    SequenceEnds.None, (inner, outer) => inner.Inside(outer));
            case "TemplateProcessing":
                return ReadTemplate(part);
            case "BertProcessing" or "RobertaProcessing":
                return new([Id(part.Required("cls"))], [Id(part.Required("sep"))]);
            default:
                throw part.Unknown();
        }
    }

    private static int Id(JsonPart pair) => pair.Items().ToArray() is [_, var id] ? id.AsCount() : throw pair.Invalid("is not a pair");

    private static SequenceEnds ReadTemplate(JsonPart part)
    {
        List<int> before = [], after = [];
        int sequences = 0;
        foreach (JsonPart item in part.Required("single").Items())
        {
            if (item.Member("Sequence") is { } sequence)
                sequences += sequence.RequiredText("id") == "A" ? 1 : throw item.Invalid("names another sequence than A");
            else
                (sequences == 0 ? before : after).AddRange(Ids(part, item.Required("SpecialToken").RequiredText("id")));
        }

        return sequences == 1 ? new(before, after) : throw part.Invalid($"has the sequence {sequences} times instead of once");
    }

    private static IEnumerable<int> Ids(JsonPart part, string token)
    {
        JsonPart entry = part.Required("special_tokens").Member(token)
            ?? throw part.Invalid($"has the token {Files.Quoted.Text(token)}, which its special_tokens lack");
        return entry.Required("ids").Items().Select(id => id.AsCount());
    }
}
