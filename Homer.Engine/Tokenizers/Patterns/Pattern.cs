using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Patterns;

/// <summary>
/// A pattern in Oniguruma's Ruby syntax. It matches code points, where .NET's Regex matches halves of those beyond the basic plane, and its
/// classes are Unicode's. Safe to share between threads.
/// </summary>
internal sealed class Pattern
{
    private readonly Instruction[] instructions;
    private readonly int slots;

    /// <summary>Compiles a pattern.</summary>
    /// <param name="text">The pattern.</param>
    /// <exception cref="HomerException">The pattern is broken, or cannot be matched exactly.</exception>
    internal Pattern(string text)
    {
        Text = text;
        PatternNode node = PatternParser.Parse(text);
        (instructions, slots) = PatternCompiler.Compile(text, node);
        First = PatternFirst.Of(node);
        // A match that begins in the middle of a run ends where one could end that begins earlier; so if the first place of the run has
        // none, no later one has.
        LeadingRun = instructions is [{ Operation: Operation.Loop, Min: > 0, Max: int.MaxValue, Greed: not Greed.Possessive } loop, ..]
            ? loop.Members
            : null;
    }

    /// <summary>The pattern as it is written.</summary>
    internal string Text { get; }

    /// <summary>The characters with which a match can begin; null where it may be empty.</summary>
    internal CodePointSet? First { get; }

    /// <summary>The set of the loop that the pattern begins with; null where it does not.</summary>
    internal CodePointSet? LeadingRun { get; }

    /// <summary>Whether what comes before a place decides whether the pattern matches there.</summary>
    internal bool LooksBehind => Array.Exists(
        instructions, one => one.Operation == Operation.Anchor || (one.Operation == Operation.Look && one.Lengths.Length > 0));

    /// <summary>Creates a matcher, which one thread uses.</summary>
    internal PatternMatcher CreateMatcher() => new(this, instructions, slots);
}
