using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Bpe;

/// <summary>Byte-pair encoding of words. Safe to share between threads; each uses an encoder of its own.</summary>
internal sealed class BpeModel
{
    // Words of up to this length are remembered, up to this number of them.
    private const int LongestRemembered = 64;
    private const int MostRemembered = 200_000;
    private const int PartsBetweenChecks = 1 << 14;

    private readonly ConcurrentDictionary<string, int[]> remembered = [];
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> parts;
    private readonly string[] partTexts;
    private int rememberedCount;

    /// <summary>Creates a model.</summary>
    internal BpeModel(Vocabulary vocabulary, MergeTable merges, BpeSettings settings)
    {
        (Vocabulary, Merges, Settings) = (vocabulary, merges, settings);
        Cuts = settings.ContinuingPrefix.Length + settings.EndSuffix.Length == 0 ? new(vocabulary) : null;
        parts = new Dictionary<string, int>(settings.Parts).GetAlternateLookup<ReadOnlySpan<char>>();
        partTexts = [.. settings.Parts.OrderBy(part => part.Value).Select(part => part.Key)];
        ByteIds = [.. Enumerable.Range(0, 256).Select(value => vocabulary.Find(ByteName((byte)value)))];
    }

    internal Vocabulary Vocabulary { get; }

    internal MergeTable Merges { get; }

    internal BpeSettings Settings { get; }

    /// <summary>Where long words can be cut; null where each character depends on its place in the word.</summary>
    internal WordCuts? Cuts { get; }

    /// <summary>The ids of the tokens that stand for bytes; -1 where there is none.</summary>
    internal IReadOnlyList<int> ByteIds { get; }

    /// <summary>Returns the name of the token that stands for a byte.</summary>
    internal static string ByteName(byte value) => string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>");

    /// <summary>Returns words in whose parts the tokens are the same, where long words can be cut.</summary>
    internal List<(int Begin, int Length)> Cut(string text, List<(int Begin, int Length)> words)
    {
        // Where words that are tokens are taken whole, parts must not pass for words.
        if (Cuts is null || Settings.IgnoresMerges)
            return words;
        List<(int Begin, int Length)> parts = new(words.Count);
        foreach ((int begin, int length) in words)
        {
            if (length <= LongestRemembered)
            {
                parts.Add((begin, length));
                continue;
            }

            for (int done = 0, part; done < length; done += part)
                parts.Add((begin + done, part = Cuts.Next(text.AsSpan(begin + done, length - done))));
        }

        return parts;
    }

    /// <summary>
    /// Returns the last place at which a word that goes on can be cut in two, so that its parts have the tokens of the whole; 0 where there
    /// is none.
    /// </summary>
    internal int Settled(string word) => Cuts is null || Settings.IgnoresMerges ? 0 : Cuts.Last(word);

    /// <summary>Creates an encoder, which one thread uses.</summary>
    /// <param name="cancellation">Stops the work soon.</param>
    internal Encoder CreateEncoder(CancellationToken cancellation) => new(this, cancellation);

    /// <summary>Encodes words, one after the other.</summary>
    internal sealed class Encoder(BpeModel model, CancellationToken cancellation)
    {
        private readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> remembered =
            model.remembered.GetAlternateLookup<ReadOnlySpan<char>>();

        private readonly Merger merger = new(model.Merges, cancellation);
        private readonly List<int> symbols = [];

        /// <summary>Appends the tokens of a word.</summary>
        /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
        internal void Encode(ReadOnlySpan<char> word, List<int> ids)
        {
            if (model.Settings.IgnoresMerges && model.Vocabulary.Find(word) is >= 0 and var whole)
            {
                ids.Add(whole);
                return;
            }

            if (word.Length <= LongestRemembered || model.Cuts is null)
            {
                EncodePart(word, ids);
                return;
            }

            int parts = 0;
            for (int begin = 0; begin < word.Length;)
            {
                if (++parts % PartsBetweenChecks == 0)
                    cancellation.ThrowIfCancellationRequested();
                int length = model.Cuts.Next(word[begin..]);
                EncodePart(word.Slice(begin, length), ids);
                begin += length;
            }
        }

        private void EncodePart(ReadOnlySpan<char> word, List<int> ids)
        {
            bool isShort = word.Length <= LongestRemembered;
            if (isShort && remembered.TryGetValue(word, out int[]? known))
            {
                ids.AddRange(known);
                return;
            }

            AddSymbols(word);
            merger.Merge(symbols);
            if (model.partTexts.Length > 0)
                ReplaceParts();
            ids.AddRange(symbols);
            if (isShort && Volatile.Read(ref model.rememberedCount) < MostRemembered
                && model.remembered.TryAdd(word.ToString(), [.. symbols]))
            {
                Interlocked.Increment(ref model.rememberedCount);
            }
        }

        private void AddSymbols(ReadOnlySpan<char> word)
        {
            symbols.Clear();
            BpeSettings settings = model.Settings;
            bool isPlain = model.Cuts is not null, isWaiting = false;
            Span<byte> utf8 = stackalloc byte[4];
            for (int at = 0, length; at < word.Length; at += length)
            {
                length = CodePoints.Length(CodePoints.At(word, at));
                int id = isPlain ? model.Vocabulary.FindAt(word, at) : FindAffixed(word, at, length);
                if (id >= 0)
                {
                    AddUnknown(ref isWaiting);
                    symbols.Add(id);
                }
                else if (model.partTexts.Length > 0 && model.parts.TryGetValue(word.Slice(at, length), out int part))
                {
                    AddUnknown(ref isWaiting);
                    symbols.Add(part);
                }
                else if (!settings.FallsBackToBytes || !AddBytes(word.Slice(at, length), utf8))
                {
                    // Unknown characters wait for the next token, and let bytes pass, as the reference does.
                    if (isWaiting && !settings.FusesUnknown)
                        AddUnknown(ref isWaiting);
                    isWaiting = true;
                }
            }

            AddUnknown(ref isWaiting);
        }

        // A part that was not merged is a character without a token.
        private void ReplaceParts()
        {
            int size = model.Vocabulary.Size;
            if (!symbols.Exists(symbol => symbol >= size))
                return;
            int[] merged = [.. symbols];
            symbols.Clear();
            Span<byte> utf8 = stackalloc byte[4];
            foreach (int symbol in merged)
            {
                if (symbol < size)
                    symbols.Add(symbol);
                else if (!AddBytes(model.partTexts[symbol - size], utf8) && model.Settings.Unknown is { } unknown)
                    symbols.Add(unknown);
            }
        }

        private void AddUnknown(ref bool isWaiting)
        {
            if (isWaiting && model.Settings.Unknown is { } unknown)
                symbols.Add(unknown);
            isWaiting = false;
        }

        private bool AddBytes(ReadOnlySpan<char> character, Span<byte> utf8)
        {
            int count = Encoding.UTF8.GetBytes(character, utf8);
            foreach (byte value in utf8[..count])
            {
                if (model.ByteIds[value] < 0)
                    return false;
            }

            foreach (byte value in utf8[..count])
                symbols.Add(model.ByteIds[value]);
            return true;
        }

        private int FindAffixed(ReadOnlySpan<char> word, int at, int length)
        {
            string prefix = at == 0 ? "" : model.Settings.ContinuingPrefix;
            string suffix = at + length == word.Length ? model.Settings.EndSuffix : "";
            return model.Vocabulary.Find(string.Concat(prefix, word.Slice(at, length), suffix));
        }
    }
}
