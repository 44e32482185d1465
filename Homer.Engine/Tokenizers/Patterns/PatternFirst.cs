using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Patterns;

/// <summary>Finds what a part of a pattern can begin with, and how long it is, without a text.</summary>
internal static class PatternFirst
{
    /// <summary>Returns a set that holds every first character of a match; null where the part may match the empty text.</summary>
    internal static CodePointSet? Of(PatternNode node) => Find(node) is { IsEmpty: false } first ? first.Set : null;

    /// <summary>Returns whether a part may match the empty text.</summary>
    internal static bool MayBeEmpty(PatternNode node) => Find(node).IsEmpty;

    /// <summary>Returns the number of characters of every match; null where they differ.</summary>
    internal static int? Length(PatternNode node)
    {
        switch (node)
        {
            case PatternNode.Set:
                return 1;
            case PatternNode.Sequence sequence:
                int? sum = 0;
                foreach (PatternNode part in sequence.Parts)
                    sum += Length(part);
                return sum;
            case PatternNode.Choice choice:
                int?[] lengths = [.. choice.Alternatives.Select(Length).Distinct()];
                return lengths is [var only] ? only : null;
            case PatternNode.Repeat repeat:
                return repeat.Min == repeat.Max ? Length(repeat.Part) * repeat.Min : null;
            case PatternNode.Atomic atomic:
                return Length(atomic.Part);
            default:
                return 0;
        }
    }

    private static (CodePointSet Set, bool IsEmpty) Find(PatternNode node)
    {
        switch (node)
        {
            case PatternNode.Set set:
                return (set.Members, false);
            case PatternNode.Sequence sequence:
                CodePointSet members = CodePointSet.None;
                foreach (PatternNode part in sequence.Parts)
                {
                    (CodePointSet own, bool isEmpty) = Find(part);
                    members = members.Or(own);
                    if (!isEmpty)
                        return (members, false);
                }

                return (members, true);
            case PatternNode.Choice choice:
                (CodePointSet Set, bool IsEmpty)[] all = [.. choice.Alternatives.Select(Find)];
                return (all.Aggregate(CodePointSet.None, (set, one) => set.Or(one.Set)), all.Any(one => one.IsEmpty));
            case PatternNode.Repeat { Max: 0 }:
                return (CodePointSet.None, true);
            case PatternNode.Repeat repeat:
                (CodePointSet inner, bool mayBeEmpty) = Find(repeat.Part);
                return (inner, mayBeEmpty || repeat.Min == 0);
            case PatternNode.Atomic atomic:
                return Find(atomic.Part);
            default:
                return (CodePointSet.None, true);
        }
    }
}
