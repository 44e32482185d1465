using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.PreTokenizers;

/// <summary>
/// Cuts words where the script changes; Hiragana and Katakana count as Han, and spaces and unassigned characters as any script.
/// </summary>
internal sealed class SplitScripts : ICutter
{
    private const int ProlongedSound = 0x30fc;
    private const byte Any = 0;

    private static readonly Lazy<byte[]> Scripts = new(Number);

    /// <inheritdoc/>
    public Pieces Split(Pieces pieces, out int settled)
    {
        // What belongs to no script belongs to the one before it.
        settled = 0;
        return Split(pieces);
    }

    /// <inheritdoc/>
    public Pieces Split(Pieces pieces)
    {
        byte[] scripts = Scripts.Value;
        List<(int Begin, int Length)> parts = [];
        foreach ((int Begin, int Length) item in pieces.Items)
        {
            ReadOnlySpan<char> text = pieces[item];
            // What comes before the first script is left out, as the reference does.
            int begin = -1;
            byte before = byte.MaxValue;
            for (int at = 0; at < text.Length;)
            {
                int point = CodePoints.At(text, at);
                byte script = scripts[point];
                if (script != Any && script != before)
                {
                    if (begin >= 0)
                        parts.Add((item.Begin + begin, at - begin));
                    begin = at;
                }

                if (script != Any)
                    before = script;
                at += CodePoints.Length(point);
            }

            if (begin >= 0)
                parts.Add((item.Begin + begin, text.Length - begin));
        }

        return pieces with { Items = parts };
    }

    private static byte[] Number()
    {
        var numbers = new byte[CodePointSet.End];
        byte next = 1, han = 0;
        foreach ((string name, CodePointSet set) in UnicodeSets.AllScripts.OrderBy(script => script.Key, StringComparer.Ordinal))
        {
            byte number = name is "hiragana" or "katakana" ? han : next++;
            if (name == "han")
                han = number;
            foreach ((int first, int last) in set.Ranges)
                Array.Fill(numbers, number, first, last + 1 - first);
        }

        numbers[ProlongedSound] = han;
        numbers[' '] = Any;
        return numbers;
    }
}
