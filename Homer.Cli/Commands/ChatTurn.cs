using System.Text.Json.Serialization;
using Homer.Engine.Passages;

namespace Homer.Cli.Commands;

/// <summary>A question of a conversation and its answer, in the form that <c>--json</c> prints.</summary>
/// <param name="Question">The question.</param>
/// <param name="Answer">The answer, as far as it came.</param>
/// <param name="HistoryTokens">The length of the conversation so far.</param>
internal sealed record ChatTurn(string Question, string Answer, int HistoryTokens)
{
    /// <summary>The sentence that says why there is no answer; null where there is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    /// <summary>The account of the document's tokens; null where there is none, or the question failed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ReadReceipt>? Receipt { get; init; }
}
