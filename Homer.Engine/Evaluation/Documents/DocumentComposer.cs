using System.Text;

namespace Homer.Engine.Evaluation.Documents;

/// <summary>Writes a document of a given length from endless sentences, with facts at given depths.</summary>
public static class DocumentComposer
{
    /// <summary>Composes a document of at least the length, by less than a sentence more.</summary>
    /// <param name="sentence">The next of the sentences around the facts.</param>
    /// <param name="measure">The length of a sentence with the space that sets it off.</param>
    /// <param name="length">The length of the document, facts included; a document too short for its facts consists of them.</param>
    /// <param name="facts">What to tell at which depth: 0 at the beginning, 1 at the end.</param>
    /// <returns>The sentences, with spaces between them.</returns>
    public static string Compose(Func<string> sentence, Func<string, int> measure, int length, IReadOnlyList<(double Depth, string Sentence)> facts)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        ArgumentNullException.ThrowIfNull(measure);
        ArgumentNullException.ThrowIfNull(facts);
        var pending = new Queue<(double Depth, string Sentence, int Length)>(
            facts.OrderBy(fact => fact.Depth).Select(fact => (fact.Depth, fact.Sentence, measure(fact.Sentence))));
        int written = 0, untold = pending.Sum(fact => fact.Length);
        var text = new StringBuilder();
        while (written + untold < length)
        {
            if (pending.TryPeek(out (double Depth, string Sentence, int Length) fact) && written >= fact.Depth * length)
            {
                pending.Dequeue();
                untold -= fact.Length;
                Write(fact.Sentence, fact.Length);
            }
            else
            {
                string next = sentence();
                Write(next, measure(next));
            }
        }

        foreach ((_, string last, int measured) in pending)
            Write(last, measured);
        return text.ToString();

        void Write(string next, int measured)
        {
            text.Append(text.Length > 0 ? " " : "").Append(next);
            written += measured;
        }
    }
}
