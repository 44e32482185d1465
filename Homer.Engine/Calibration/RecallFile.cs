using System.Globalization;
using Homer.Engine.Weights;

namespace Homer.Engine.Calibration;

/// <summary>
/// The settings of recall in the file of a calibration table: <c>recall.heads</c> I32 [heads, 2], layers and heads; and in the metadata
/// <c>recall.question</c>, <c>recall.tokens</c>, <c>recall.neighbours</c>, <c>recall.threshold</c>, <c>recall.evidence</c> and
/// <c>recall.related</c>, of which older files lack the last ones.
/// </summary>
internal static class RecallFile
{
    private const string HeadsName = "recall.heads", QuestionName = "recall.question", TokensName = "recall.tokens";
    private const string NeighboursName = "recall.neighbours", ThresholdName = "recall.threshold";
    private const string EvidenceName = "recall.evidence", RelatedName = "recall.related";

    /// <summary>Reads the settings from a table's file.</summary>
    /// <returns>The settings; null where the file has none.</returns>
    /// <exception cref="HomerException">They are broken.</exception>
    public static RecallSettings? Read(SafetensorsFile file, string path)
    {
        if (!file.Tensors.ContainsKey(HeadsName))
            return null;
        int[] numbers = file.ReadArray<int>(HeadsName);
        bool isShaped = file[HeadsName].Shape is [>= 1 and <= RecallSettings.MostHeads, 2] && numbers.All(number => number >= 0);
        if (!isShaped
            || !Enum.TryParse(file.Metadata.GetValueOrDefault(QuestionName), ignoreCase: true, out RecallQuestion question)
            || !Enum.IsDefined(question)
            || !TryParse(file, TokensName, out int tokens) || tokens < 1 || !TryParse(file, NeighboursName, out int neighbours)
            || !TryParse(file, ThresholdName, out double? threshold) || !TryParse(file, EvidenceName, out double? evidence) || evidence > 1
            || !TryParse(file, RelatedName, out double? related) || related > 1)
        {
            throw new HomerException($"{path}: its settings of recall cannot be read; make the table anew with homer calibrate.");
        }

        return new()
        {
            Heads = [.. numbers.Chunk(2).Select(pair => new RecallHead(pair[0], pair[1]))],
            Question = question,
            Tokens = tokens,
            Neighbours = neighbours,
            Threshold = threshold,
            Evidence = evidence,
            Related = related,
        };
    }

    /// <summary>Returns the tensor of the heads.</summary>
    public static SafetensorsPart Heads(RecallSettings settings) => SafetensorsPart.Create(
        HeadsName, settings.Heads.SelectMany(head => new[] { head.Layer, head.Head }).ToArray(), settings.Heads.Count, 2);

    /// <summary>Returns metadata with the other settings.</summary>
    public static IReadOnlyDictionary<string, string> With(IReadOnlyDictionary<string, string>? metadata, RecallSettings settings)
    {
        var all = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>())
        {
            [QuestionName] = settings.Question.ToString().ToLowerInvariant(),
            [TokensName] = settings.Tokens.ToString(CultureInfo.InvariantCulture),
            [NeighboursName] = settings.Neighbours.ToString(CultureInfo.InvariantCulture),
        };
        if (settings.Threshold is { } threshold)
            all[ThresholdName] = threshold.ToString("R", CultureInfo.InvariantCulture);
        if (settings.Evidence is { } evidence)
            all[EvidenceName] = evidence.ToString("R", CultureInfo.InvariantCulture);
        if (settings.Related is { } related)
            all[RelatedName] = related.ToString("R", CultureInfo.InvariantCulture);
        return all;
    }

    private static bool TryParse(SafetensorsFile file, string name, out int number) =>
        int.TryParse(file.Metadata.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary>Reads a number that a file may lack.</summary>
    private static bool TryParse(SafetensorsFile file, string name, out double? number)
    {
        number = null;
        if (!file.Metadata.TryGetValue(name, out string? text))
            return true;
        bool isNumber = double.TryParse(text, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value);
        number = value;
        return isNumber;
    }
}
