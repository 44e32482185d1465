using System.Buffers;

namespace Homer.Engine.Tokenizers.Added;

/// <summary>Finds the longest of several texts at the first place where there is one.</summary>
internal sealed class TokenTrie
{
    private readonly Dictionary<(int Node, char Character), int> edges = [];
    private readonly List<int> values = [-1];
    private readonly SearchValues<char> firsts;

    /// <summary>Creates a trie; of equal texts the first counts, and empty ones never do.</summary>
    internal TokenTrie(IReadOnlyList<string> texts)
    {
        foreach ((int index, string text) in texts.Index())
        {
            int node = 0;
            foreach (char character in text)
            {
                if (!edges.TryGetValue((node, character), out int next))
                {
                    edges.Add((node, character), next = values.Count);
                    values.Add(-1);
                }

                node = next;
            }

            if (node > 0 && values[node] < 0)
                values[node] = index;
        }

        firsts = SearchValues.Create([.. texts.Where(text => text.Length > 0).Select(text => text[0]).Distinct()]);
    }

    /// <summary>Returns the next text at a place or after it; an index of -1 where there is none.</summary>
    internal (int Begin, int Length, int Index) Find(ReadOnlySpan<char> text, int from)
    {
        for (int at = from; at < text.Length; at++)
        {
            int skipped = text[at..].IndexOfAny(firsts);
            if (skipped < 0)
                break;
            at += skipped;
            int node = 0, found = -1, length = 0;
            for (int i = at; i < text.Length && edges.TryGetValue((node, text[i]), out node); i++)
            {
                if (values[node] >= 0)
                    (found, length) = (values[node], i + 1 - at);
            }

            if (found >= 0)
                return (at, length, found);
        }

        return (text.Length, 0, -1);
    }
}
