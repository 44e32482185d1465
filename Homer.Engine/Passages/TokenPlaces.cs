using Homer.Engine.Tokenizers;

namespace Homer.Engine.Passages;

/// <summary>
/// The places of tokens in the text that they encode. The tokens are decoded one by one and followed in the text: exactly where decoding
/// gives the text back, as it does for byte-level tokenizers and those with byte fallback. Where a normalizer has changed the text, the
/// nearest place is found at which they agree again; places never go back, and the time is linear in the text.
/// </summary>
public sealed class TokenPlaces
{
    // The farthest that a changed text is searched for the next token, and the most that tokens may lack before they are let go.
    private const int Reach = 64;
    private const int MostLag = 256;

    private readonly int[] starts;
    private readonly int length;
    private int[]? ends;

    private TokenPlaces(int[] starts, int length) => (this.starts, this.length) = (starts, length);

    /// <summary>The number of tokens.</summary>
    public int Count => starts.Length;

    /// <summary>Follows tokens in their text.</summary>
    /// <param name="tokenizer">The tokenizer that encoded the text.</param>
    /// <param name="ids">The tokens of the text.</param>
    /// <param name="text">The text.</param>
    /// <param name="cancellation">Stops the work soon.</param>
    public static TokenPlaces Of(
        ITokenizer tokenizer, IReadOnlyList<int> ids, string text, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(text);
        var walk = new Walk(text);
        var starts = new int[ids.Count];
        StreamingDecoder decoder = tokenizer.CreateDecoder();
        // The tokens before this one whose text has not come yet.
        int pending = 0;
        for (int i = 0; i < ids.Count; i++)
        {
            if (i % MostLag == 0)
                cancellation.ThrowIfCancellationRequested();
            string piece = decoder.Append(ids[i]);
            starts[i] = walk.At;
            if (piece.Length == 0)
            {
                pending++;
                continue;
            }

            string own = pending == 0 ? piece : OwnText(tokenizer, ids[i]);
            bool endsRun = own.Length > 0 && own.Length < piece.Length && piece.EndsWith(own, StringComparison.Ordinal)
                && !own.Contains('\ufffd');
            if (endsRun)
            {
                int before = walk.At, first = i - pending;
                walk.Take(piece[..^own.Length]);
                SpreadBytes(starts.AsSpan(first, pending), tokenizer, ids, first, text.AsSpan(before, walk.At - before), before);
                piece = own;
            }

            starts[i] = walk.Take(piece);
            pending = 0;
        }

        if (pending > 0)
        {
            int before = walk.At, first = ids.Count - pending;
            walk.Take(decoder.Flush());
            SpreadBytes(starts.AsSpan(first), tokenizer, ids, first, text.AsSpan(before, walk.At - before), before);
        }

        return new(starts, text.Length);
    }

    /// <summary>Returns the first character of a token, or of the character that it is a part of.</summary>
    /// <param name="token">The index of the token.</param>
    public int StartOf(int token) => starts[token];

    /// <summary>Returns the place after the last character of a token.</summary>
    /// <param name="token">The index of the token.</param>
    public int EndOf(int token) => (ends ??= Ends())[token];

    private int[] Ends()
    {
        var found = new int[starts.Length];
        int next = length;
        for (int i = starts.Length - 1; i >= 0; i--)
        {
            if (i + 1 < starts.Length && starts[i + 1] > starts[i])
                next = starts[i + 1];
            found[i] = next;
        }

        return found;
    }

    private static string OwnText(ITokenizer tokenizer, int id)
    {
        StreamingDecoder alone = tokenizer.CreateDecoder(continues: true);
        return alone.Append(id) + alone.Flush();
    }

    /// <summary>Gives each token of a run of single bytes the character that its byte is a part of.</summary>
    private static void SpreadBytes(
        Span<int> starts, ITokenizer tokenizer, IReadOnlyList<int> ids, int first, ReadOnlySpan<char> run, int place)
    {
        for (int i = 0; i < starts.Length; i++)
        {
            if (tokenizer.TokenText(ids[first + i]) is not { } name || !SentencePieceModel.TryParseByte(name, out _))
                return;
        }

        int token = 0, offset = 0;
        foreach (System.Text.Rune rune in run.EnumerateRunes())
        {
            for (int part = 0; part < rune.Utf8SequenceLength && token < starts.Length; part++)
                starts[token++] = place + offset;
            offset += rune.Utf16SequenceLength;
        }
    }

    /// <summary>The way through the text.</summary>
    private sealed class Walk(string text)
    {
        // The decoded characters that were not found in the text since the last that were.
        private int lag;

        /// <summary>The place after all that was found.</summary>
        public int At { get; private set; }

        /// <summary>Takes the next decoded text and returns where it begins.</summary>
        public int Take(string piece)
        {
            ReadOnlySpan<char> rest = text.AsSpan(At);
            if (lag == 0 && (rest.StartsWith(piece, StringComparison.Ordinal) || IsLike(rest, piece)))
            {
                int start = At;
                At += piece.Length;
                return start;
            }

            string words = piece.Trim();
            if (words.Length == 0)
            {
                // Space that the text has in another form: it lies before the next word.
                lag += lag > 0 ? piece.Length : 0;
                return At;
            }

            // A short piece may stand anywhere, so that it is looked for where it is expected.
            int reach = Math.Min(rest.Length, lag + words.Length + (words.Length > 2 ? Reach : 4));
            int found = rest[..reach].IndexOf(words, StringComparison.OrdinalIgnoreCase);
            if (found >= 0)
            {
                int start = At + found;
                At = start + words.Length;
                lag = 0;
                return start;
            }

            lag += piece.Length;
            if (lag > MostLag)
            {
                int forward = Math.Min(rest.Length, lag - MostLag);
                if (forward < rest.Length && char.IsLowSurrogate(rest[forward]))
                    forward++;
                At += forward;
                lag = MostLag;
            }

            return At;
        }

        private static bool IsLike(ReadOnlySpan<char> rest, string piece)
        {
            if (rest.Length < piece.Length)
                return false;
            for (int i = 0; i < piece.Length; i++)
            {
                // The text of a token may have U+FFFD for a lone surrogate.
                bool alike = rest[i] == piece[i] || (piece[i] == '\ufffd' && char.IsSurrogate(rest[i]));
                if (!alike)
                    return false;
            }

            return true;
        }
    }
}
