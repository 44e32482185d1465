using System.Text.Json.Serialization;
using Homer.Engine.Passages;

namespace Homer.Cli.Commands;

/// <summary>The outcome of <c>homer find</c>, in the form that <c>--json</c> prints.</summary>
/// <param name="Question">The words that were looked for.</param>
/// <param name="Tokens">The number of tokens of all files.</param>
/// <param name="Threshold">The least score of a passage; null for none.</param>
/// <param name="Passages">The passages, the best first.</param>
/// <param name="Receipt">The account of the tokens, by file.</param>
internal sealed record FoundReport(
    string Question, int Tokens, double? Threshold, IReadOnlyList<Passage> Passages, IReadOnlyList<ReadReceipt> Receipt)
{
    /// <summary>The files of a book that passages are of and that are not what was read any more; null where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<StaleFile>? Stale { get; init; }
}
