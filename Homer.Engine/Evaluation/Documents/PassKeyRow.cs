using System.Text.Json;

namespace Homer.Engine.Evaluation.Documents;

/// <summary>A row of a published pass-key data set.</summary>
/// <param name="Prefix">The instructions before the document.</param>
/// <param name="Document">The document, which contains the key.</param>
/// <param name="Postfix">The question and the beginning of its answer.</param>
/// <param name="Target">The key.</param>
internal sealed record PassKeyRow(string Prefix, string Document, string Postfix, string Target)
{
    private const string Form = """an object {"prefix":…,"context":…,"postfix":…,"target":…} with the target in its context""";

    /// <summary>Reads a file of rows, one JSON object a line.</summary>
    /// <inheritdoc cref="JsonLines.Read"/>
    public static (IReadOnlyList<PassKeyRow> Rows, string Fingerprint) Read(string path) => JsonLines.Read(path, Form, json =>
    {
        JsonElement target = json.GetProperty("target");
        var row = new PassKeyRow(
            json.Text("prefix"),
            json.Text("context"),
            json.Text("postfix"),
            target.ValueKind == JsonValueKind.Number ? target.GetRawText() : target.GetString()?.Trim() ?? "");
        bool isSound = row.Target.Length > 0 && row.Document.Contains(row.Target, StringComparison.Ordinal)
            && !string.IsNullOrWhiteSpace(row.Postfix);
        return isSound ? row : throw new FormatException(Form);
    });
}
