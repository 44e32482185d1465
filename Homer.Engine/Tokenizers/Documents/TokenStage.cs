using Homer.Engine.Tokenizers.Added;

namespace Homer.Engine.Tokenizers.Documents;

/// <summary>Finds added tokens in a text that comes in pieces, and hands on what lies between.</summary>
/// <param name="finder">Finds the tokens.</param>
/// <param name="rules">Where marks are found.</param>
/// <param name="canCut">Returns whether what comes after this step lets the text be cut at a place.</param>
/// <param name="next">Takes what lies between.</param>
/// <param name="ids">Receives the tokens.</param>
internal sealed class TokenStage(
    AddedFinder finder, MarkRules rules, Func<string, int, bool> canCut, ISectionStage next, IdList ids) : ISectionStage
{
    private string rest = "";
    private int wanted;
    private bool isAtStart;
    private bool hasBegun;

    /// <inheritdoc/>
    public void Take(string text, bool isAtStart)
    {
        if (text.Length == 0)
            return;
        if (!hasBegun)
            this.isAtStart = isAtStart;
        hasBegun = true;
        rest = rest.Length == 0 ? text : rest + text;
        if (rest.Length < wanted)
            return;
        int settled = finder.Settled(rest, rules, canCut);
        // A text without a place to cut is looked at again when it is twice as long.
        wanted = settled == 0 ? 2 * rest.Length : 0;
        if (settled == 0)
            return;
        HandOn(rest[..settled]);
        rest = rest[settled..];
    }

    /// <inheritdoc/>
    public void End()
    {
        HandOn(rest);
        next.End();
        (rest, wanted, hasBegun) = ("", 0, false);
    }

    private void HandOn(string text)
    {
        foreach (AddedVocabulary.Section section in finder.Cut(text, rules, rules.Allows, isAtStart))
        {
            if (section.Id is { } id)
            {
                next.End();
                ids.Add(id);
            }
            else
            {
                next.Take(section.Text, section.IsAtStart);
            }
        }

        isAtStart &= text.Length == 0;
    }
}
