using Homer.Engine.Passages;
using Homer.Engine.Tokenizers;

namespace Homer.Cli.Commands;

/// <summary>Finds the best passages of files by the scores of their tokens.</summary>
internal static class FoundPassages
{
    /// <summary>
    /// Returns the best passages, the best first; of equal ones that of the earlier file. A file is looked into only where its best token
    /// may come among them.
    /// </summary>
    /// <param name="text">The files, whose texts were kept.</param>
    /// <param name="scores">For each file the scores of its tokens.</param>
    /// <param name="tokenizer">The tokenizer that encoded them.</param>
    /// <param name="most">The most passages.</param>
    /// <param name="least">The least score of a passage; null for none.</param>
    /// <param name="cancellation">Stops soon.</param>
    public static IReadOnlyList<Passage> Of(
        AskedText text, IReadOnlyList<float[]> scores, ITokenizer tokenizer, int most, double? least, CancellationToken cancellation)
    {
        double floor = least ?? double.NegativeInfinity;
        List<(int File, Passage Passage)> found = [];
        foreach ((int file, float best) in scores.Select((own, i) => (File: i, Best: own.DefaultIfEmpty(float.NegativeInfinity).Max()))
            .OrderByDescending(one => one.Best))
        {
            if (best < floor || (found.Count >= most && best < found[most - 1].Passage.Score))
                break;
            AskedFile asked = text.Files[file];
            var index = new PassageIndex(new TextDocument(asked.Path, asked.Text(), asked.IdsIn(text.Tokens)), tokenizer, cancellation);
            found.AddRange(index.ByHighest(scores[file], most, floor).Select(passage => (file, passage)));
            found = [.. found.OrderByDescending(one => one.Passage.Score).ThenBy(one => one.File).Take(most)];
        }

        return [.. found.Select(one => one.Passage)];
    }
}
