using System.Text.Json;

namespace Homer.Engine.Evaluation.Documents;

/// <summary>A pass-key document in the form in which such data sets are published.</summary>
/// <param name="Prefix">Instructions.</param>
/// <param name="Context">The document.</param>
/// <param name="Postfix">The question with its answer begun.</param>
/// <param name="Target">The key.</param>
internal sealed record PassKeyRow(string Prefix, string Context, string Postfix, string Target)
{
    private const string Form = """an object {"prefix":…,"context":…,"postfix":…,"target":…} with the target in its context""";

    public static (IReadOnlyList<PassKeyRow> Rows, string Fingerprint) Read(string path) => JsonLines.Read(path, Form, json =>
    {
        JsonElement target = json.GetProperty("target");
        var row = new PassKeyRow(
            json.Text("prefix"), json.Text("context"), json.Text("postfix"),
            target.ValueKind == JsonValueKind.Number ? target.GetRawText() : target.GetString()?.Trim() ?? "");
        return row.Target.Length > 0 && row.Context.Contains(row.Target, StringComparison.Ordinal) && !string.IsNullOrWhiteSpace(row.Postfix)
            ? row
            : throw new FormatException(Form);
    });
}
