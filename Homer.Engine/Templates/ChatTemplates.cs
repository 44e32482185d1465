using System.Text.Json;
using System.Text.Json.Nodes;
using Homer.Engine.Files;
using Homer.Engine.Locations;

namespace Homer.Engine.Templates;

/// <summary>
/// The chat templates of a model, by name. Most models have one, called <c>default</c>; some have another for conversations with tools,
/// called <c>tool_use</c>.
/// </summary>
public sealed class ChatTemplates
{
    internal const string Default = "default";
    private const string ToolUse = "tool_use";

    private readonly Dictionary<string, string> sources;
    private readonly Dictionary<string, ChatTemplate> parsed = [];
    private readonly string origin;

    internal ChatTemplates(string origin, IReadOnlyDictionary<string, string> sources, IReadOnlyDictionary<string, string> tokens)
    {
        this.origin = origin;
        this.sources = new(sources);
        Tokens = tokens;
    }

    /// <summary>The names of the templates; none for a model without.</summary>
    public IReadOnlyCollection<string> Names => sources.Keys;

    /// <summary>The special tokens that templates may write, by their names, such as <c>bos_token</c>.</summary>
    public IReadOnlyDictionary<string, string> Tokens { get; }

    /// <summary>
    /// Reads the templates of a model: <c>chat_template.jinja</c> with its additional ones, else those of <c>tokenizer_config.json</c>; or
    /// those of a GGUF file. A template that is not Jinja is refused only when it is used.
    /// </summary>
    /// <param name="model">
    /// A folder, which may hold the tokenizer's files alone, a GGUF file, or a name in the Hugging Face hub.
    /// </param>
    /// <exception cref="HomerException">A file is broken.</exception>
    public static ChatTemplates Read(string model)
    {
        ArgumentNullException.ThrowIfNull(model);
        model = ModelPath.Resolve(model);
        return File.Exists(model) ? GgufTemplates.Read(model) : FolderTemplates.Read(model);
    }

    /// <summary>Returns these templates with another one, which is used for every conversation.</summary>
    /// <param name="path">The file of the template.</param>
    /// <exception cref="HomerException">The file cannot be read.</exception>
    public ChatTemplates With(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new(Quoted.Path(path), new Dictionary<string, string> { [Default] = FolderTemplates.ReadTemplate(path) }, Tokens);
    }

    /// <summary>Refuses a model without templates.</summary>
    /// <exception cref="HomerException">There is none.</exception>
    public void RequireAny()
    {
        if (sources.Count == 0)
            throw new HomerException($"{origin} has no chat template; give one with --chat-template, or use a model made for chat.");
    }

    /// <summary>Returns the templates as tokenizer_config.json has them: a text, or a list with names; null for none.</summary>
    internal JsonNode? ToJson() => sources.Count switch
    {
        0 => null,
        1 when sources.TryGetValue(Default, out string? only) => JsonValue.Create(only),
        _ => new JsonArray([.. sources.Select(template => new JsonObject { ["name"] = template.Key, ["template"] = template.Value })]),
    };

    /// <summary>Returns the template of a conversation.</summary>
    /// <param name="withTools">Whether the conversation has tools.</param>
    /// <exception cref="HomerException">The model has no template, or none for such a conversation.</exception>
    /// <exception cref="ChatTemplateException">The template is not Jinja.</exception>
    public ChatTemplate Choose(bool withTools = false)
    {
        RequireAny();
        string name = withTools && sources.ContainsKey(ToolUse) ? ToolUse : Default;
        if (!sources.TryGetValue(name, out string? source))
        {
            throw new HomerException(
                $"{origin} has the chat templates {string.Join(", ", sources.Keys.Select(Quoted.Text))}, but no default among them; "
                + "write the one to use into a file and give it with --chat-template.");
        }

        lock (parsed)
        {
            if (!parsed.TryGetValue(name, out ChatTemplate? template))
                parsed[name] = template = ChatTemplate.Parse(source, name == Default ? origin : $"{origin} ({name})");
            return template;
        }
    }

    /// <summary>Renders a conversation by the template that suits it.</summary>
    /// <param name="conversation">The conversation, as <see cref="ChatTemplate.Render"/> takes it.</param>
    /// <param name="now">The time that the template may tell the model; null for the present.</param>
    /// <exception cref="HomerException">There is no template for it, or it is refused.</exception>
    public RenderedChat Render(JsonElement conversation, DateTime? now = null)
    {
        bool withTools = conversation.ValueKind == JsonValueKind.Object && conversation.TryGetProperty("tools", out JsonElement tools)
            && tools.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);
        return Choose(withTools).Render(conversation, Tokens, now);
    }
}
