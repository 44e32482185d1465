using System.Text;

namespace Homer.Engine.Evaluation.Documents;

/// <summary>Composes a document of a given length from generated sentences and inserts facts at given depths.</summary>
public static class DocumentComposer
{
    /// <summary>Composes a document that has at least the given length and exceeds it by less than one sentence.</summary>
    /// <param name="sentence">Generates the next sentence of the text around the facts.</param>
    /// <param name="measure">Returns the length of a sentence together with the space that separates it.</param>
    /// <param name="length">
    /// The length of the document, facts included. If the facts alone are longer, the document consists of them.
    /// </param>
    /// <param name="facts">The sentences to insert, each at its depth: 0 is the beginning, 1 is the end.</param>
    /// <returns>The sentences, separated by spaces.</returns>
    public static string Compose(
        Func<string> sentence, Func<string, int> measure, int length, IReadOnlyList<(double Depth, string Sentence)> facts)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        ArgumentNullException.ThrowIfNull(measure);
        ArgumentNullException.ThrowIfNull(facts);
        var pending = new Queue<(double Depth, string Sentence, int Length)>(
            facts.OrderBy(fact => fact.Depth).Select(fact => (fact.Depth, fact.Sentence, measure(fact.Sentence))));
        int written = 0;
        int pendingLength = pending.Sum(fact => fact.Length);
        var text = new StringBuilder();
        while (written + pendingLength < length)
        {
            if (pending.TryPeek(out (double Depth, string Sentence, int Length) fact) && written >= fact.Depth * length)
            {
                pending.Dequeue();
                pendingLength -= fact.Length;
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
