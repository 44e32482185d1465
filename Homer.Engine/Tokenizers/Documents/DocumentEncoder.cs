using Homer.Engine.Tokenizers.Added;
using Homer.Engine.Tokenizers.Normalizers;
using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Documents;

/// <summary>
/// Encodes a text that is read in blocks, with the ids of the whole. It passes through the steps of a tokenizer: added tokens are found,
/// what lies between is normalized, added tokens are found in that, and words are cut and encoded. Each step holds back what further text
/// might change, and cuts only where no step after it sees across.
/// </summary>
internal sealed class DocumentEncoder
{
    private const int BlockLength = 1 << 20;

    private readonly TokenStage first;
    private readonly CancellationToken cancellation;

    /// <summary>Creates an encoder of one text.</summary>
    /// <param name="added">The added tokens and the normalizer.</param>
    /// <param name="words">Encodes what lies between added tokens, normalized.</param>
    /// <param name="ids">Receives the tokens.</param>
    /// <param name="options">What becomes of special tokens; no part of the text is data.</param>
    internal DocumentEncoder(AddedVocabulary added, ISectionStage words, IdList ids, EncodeOptions options)
    {
        var rules = new MarkRules(options);
        var normalizer = new PiecewiseNormalizer(added.Normalizer);
        var second = new TokenStage(added.Normalized, rules, (_, _) => true, words, ids);
        first = new(added.Raw, rules, normalizer.CanCut, new NormalizingStage(normalizer, second), ids);
        cancellation = options.Cancellation;
    }

    /// <summary>Encodes a text.</summary>
    /// <param name="text">The text, which is read to its end.</param>
    /// <param name="blockLength">The number of UTF-16 units that are read at a time.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    internal void Read(TextReader text, int blockLength = BlockLength)
    {
        char[] block = new char[blockLength];
        string held = "";
        while (text.ReadBlock(block) is > 0 and int count)
        {
            cancellation.ThrowIfCancellationRequested();
            string read = string.Concat(held, block.AsSpan(0, count));
            // The other half of a character may come in the next block.
            bool isBroken = char.IsHighSurrogate(read[^1]);
            held = isBroken ? read[^1..] : "";
            first.Take(CodePoints.Whole(isBroken ? read[..^1] : read), isAtStart: true);
        }

        first.Take(CodePoints.Whole(held), isAtStart: true);
        first.End();
    }
}
