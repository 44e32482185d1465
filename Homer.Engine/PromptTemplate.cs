using System.Text.Json;
using Homer.Engine.Checks;
using Homer.Engine.Files;
using Homer.Engine.Locations;

namespace Homer.Engine;

/// <summary>
/// The text around a document and a question. A model may have a template of its own in homer-prompt.json, with the strings
/// <c>prefix</c>, <c>question</c>, which contains <c>{question}</c>, and <c>stop</c>. It lies in the model's folder. Beside a GGUF file
/// <c>NAME.gguf</c>, <c>NAME.homer-prompt.json</c> is that file's own, and homer-prompt.json counts for all that have none.
/// </summary>
/// <param name="Prefix">The text before the document.</param>
/// <param name="Question">The text after the document, with <c>{question}</c> in place of the question.</param>
/// <param name="Stop">The text before which an answer ends; empty for none.</param>
public sealed record PromptTemplate(string Prefix, string Question, string Stop)
{
    /// <summary><inheritdoc cref="PromptTemplate" path="/param[@name='Prefix']/node()"/></summary>
    public string Prefix { get; init => field = NotNull.Of(value); } = NotNull.Of(Prefix);

    /// <summary><inheritdoc cref="PromptTemplate" path="/param[@name='Question']/node()"/></summary>
    public string Question { get; init => field = NotNull.Of(value); } = NotNull.Of(Question);

    /// <summary><inheritdoc cref="PromptTemplate" path="/param[@name='Stop']/node()"/></summary>
    public string Stop { get; init => field = NotNull.Of(value); } = NotNull.Of(Stop);

    /// <summary>The texts that the model knows, as a sentence for users; null where the folder does not say.</summary>
    public string? Knows { get; init; }

    /// <summary>
    /// The fewest letters a token that texts have which the model knows: others fall into shorter pieces. The members <c>knows</c> and
    /// <c>letters_per_token</c> of the file.
    /// </summary>
    public double Letters { get; init; }

    /// <summary>The name of the template in a model folder.</summary>
    public const string FileName = PromptFile.Name;

    private const string Placeholder = "{question}";
    private static readonly string[] Members = ["prefix", "question", "stop", "knows", "letters_per_token"];

    /// <summary>A template that suits any model.</summary>
    public static PromptTemplate Default { get; } =
        new("Read the following document and answer the question about it.", "Question: {question} Answer:", "Question:");

    /// <summary>Returns the text after the document for a question.</summary>
    /// <exception cref="HomerException">The question is empty.</exception>
    public string Ask(string question)
    {
        ArgumentNullException.ThrowIfNull(question);
        return string.IsNullOrWhiteSpace(question)
            ? throw new HomerException("The question is empty; ask something about the document.")
            : Question.Replace(Placeholder, question.Trim(), StringComparison.Ordinal);
    }

    /// <summary>Returns whether a model has a template of its own.</summary>
    internal static bool IsOf(string model) => PromptFile.Of(model) is not null;

    /// <summary>Reads the template of a model; returns the default one where there is none.</summary>
    /// <param name="modelFolder">The model's folder, GGUF file or name in the Hugging Face hub.</param>
    /// <exception cref="HomerException">The model's template is broken, or asks nothing.</exception>
    public static PromptTemplate Read(string modelFolder)
    {
        ArgumentNullException.ThrowIfNull(modelFolder);
        return PromptFile.Of(ModelPath.Resolve(modelFolder)) is { } path ? JsonFile.Read(path, json => Read(path, json)) : Default;
    }

    private static PromptTemplate Read(string path, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw Broken("it is not a JSON object");
        foreach (JsonProperty member in json.EnumerateObject())
        {
            if (!Members.Contains(member.Name))
                throw Broken($"it has the unknown member {Quoted.Text(member.Name)}");
        }

        PromptTemplate template = new(Text("prefix"), Text("question"), Text("stop"))
        {
            Knows = json.TryGetProperty("knows", out _) ? Text("knows") : null,
            Letters = json.TryGetProperty("letters_per_token", out JsonElement letters) ? Number(letters) : 0,
        };
        return template.Question.Contains(Placeholder, StringComparison.Ordinal)
            ? template
            : throw Broken($"its question lacks {Placeholder}, so that nothing would be asked");

        string Text(string name) => json.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()!
            : throw Broken($"its {name} is missing or not a string");

        double Number(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number >= 0
            ? number
            : throw Broken("its letters_per_token is not a number of at least 0");

        HomerException Broken(string what) => new(
            $"{Quoted.Path(path)} is not a prompt template: {what}; it needs the strings prefix, question with {Placeholder} and stop.");
    }
}
