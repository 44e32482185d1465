using System.Text.Json;
using Homer.Engine.Files;

namespace Homer.Engine;

/// <summary>
/// The text around a document and a question. A model folder may have a template of its own in homer-prompt.json, with the strings
/// <c>prefix</c>, <c>question</c>, which contains <c>{question}</c>, and <c>stop</c>.
/// </summary>
/// <param name="Prefix">The text before the document.</param>
/// <param name="Question">The text after the document, with <c>{question}</c> in place of the question.</param>
/// <param name="Stop">The text before which an answer ends; empty for none.</param>
public sealed record PromptTemplate(string Prefix, string Question, string Stop)
{
    /// <summary>The texts that the model knows, as a sentence for users; null where the folder does not say.</summary>
    public string? Knows { get; init; }

    /// <summary>
    /// The fewest letters a token that texts have which the model knows: others fall into shorter pieces. The members <c>knows</c> and
    /// <c>letters_per_token</c> of the file.
    /// </summary>
    public double Letters { get; init; }

    /// <summary>The name of the template in a model folder.</summary>
    public const string FileName = "homer-prompt.json";

    private const string Placeholder = "{question}";

    /// <summary>A template that suits any model.</summary>
    public static PromptTemplate Default { get; } =
        new("Read the following document and answer the question about it.", "Question: {question} Answer:", "Question:");

    /// <summary>Returns the text after the document for a question.</summary>
    /// <exception cref="HomerException">The question is empty.</exception>
    public string Ask(string question) => string.IsNullOrWhiteSpace(question)
        ? throw new HomerException("The question is empty; ask something about the document.")
        : Question.Replace(Placeholder, question.Trim(), StringComparison.Ordinal);

    /// <summary>Reads the template of a model folder; returns the default one where there is none.</summary>
    /// <exception cref="HomerException">The folder's template is broken.</exception>
    public static PromptTemplate Read(string modelFolder)
    {
        string path = Path.Combine(modelFolder, FileName);
        if (!File.Exists(path))
            return Default;
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            return new(Text(json, "prefix"), Text(json, "question"), Text(json, "stop"))
            {
                Knows = json.RootElement.TryGetProperty("knows", out JsonElement knows) ? knows.GetString() : null,
                Letters = json.RootElement.TryGetProperty("letters_per_token", out JsonElement letters) ? letters.GetDouble() : 0,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new HomerException($"{path} is not a prompt template; it needs the strings prefix, question and stop.", e);
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            throw FileTrouble.CannotRead(path, e);
        }
    }

    private static string Text(JsonDocument json, string name) =>
        json.RootElement.GetProperty(name).GetString() ?? throw new KeyNotFoundException(name);
}
