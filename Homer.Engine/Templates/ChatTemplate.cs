using System.Text.Json;
using System.Text.RegularExpressions;
using Homer.Engine.Files;
using Homer.Engine.Templates.Jinja;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates;

/// <summary>
/// A model's own text around the messages of a conversation, a program in the language Jinja that came with the model. It is rendered in
/// the environment of the library transformers, sandboxed and within bounds of steps and size.
/// </summary>
public sealed partial class ChatTemplate
{
    private const string Role = "role";
    private readonly JinjaTemplate template;
    private readonly string origin;

    private ChatTemplate(string source, string origin, JinjaTemplate template)
    {
        Source = source;
        this.origin = origin;
        this.template = template;
        Marks = MarkName().Matches(source).Select(match => match.Value).ToHashSet();
    }

    /// <summary>The template as it is written.</summary>
    public string Source { get; }

    /// <summary>The names in the template that look like marks, such as <c>&lt;think&gt;</c>.</summary>
    internal IReadOnlySet<string> Marks { get; }

    /// <summary>Parses a template.</summary>
    /// <param name="source">The template.</param>
    /// <param name="origin">The name of the place that it came from, for messages.</param>
    /// <exception cref="ChatTemplateException">It is not Jinja; the error names line and column.</exception>
    public static ChatTemplate Parse(string source, string origin)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(origin);
        try
        {
            return new(source, origin, JinjaTemplate.Parse(source));
        }
        catch (JinjaException error)
        {
            throw Failure(origin, error, "cannot be used");
        }
    }

    /// <summary>Renders a conversation.</summary>
    /// <param name="conversation">
    /// An object with the members <c>messages</c>, <c>tools</c>, <c>documents</c>, <c>add_generation_prompt</c>,
    /// <c>continue_final_message</c>, and any others that the template shall see; they override <paramref name="tokens"/>.
    /// </param>
    /// <param name="tokens">The special tokens by their names, such as <c>bos_token</c>.</param>
    /// <param name="now">The time that the template may tell the model; null for the present.</param>
    /// <exception cref="ChatTemplateException">The template refuses the conversation or fails.</exception>
    /// <exception cref="HomerException">The conversation has no messages, or none that could be continued.</exception>
    public RenderedChat Render(JsonElement conversation, IReadOnlyDictionary<string, string> tokens, DateTime? now = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (conversation.ValueKind != JsonValueKind.Object || !conversation.TryGetProperty("messages", out JsonElement messages)
            || messages.ValueKind != JsonValueKind.Array)
        {
            throw new HomerException("A conversation is a JSON object with a list of messages.");
        }

        try
        {
            TextValue text = template.Render(Variables(conversation, tokens), now ?? DateTime.Now, conversation.GetRawText().Length);
            bool continues = conversation.TryGetProperty("continue_final_message", out JsonElement flag)
                && flag.ValueKind == JsonValueKind.True;
            return Rendered(continues ? FinalMessage.CutAfter(text, messages) : text);
        }
        catch (JinjaException error)
        {
            throw Failure(origin, error, error.Fault == JinjaFault.Raised ? "refuses the conversation" : "cannot be rendered");
        }
    }

    private RenderedChat Rendered(TextValue text) =>
        new(text.Text, [.. text.Data.ToArray().Select(span => span.Start..span.End)]) { Marks = Marks };

    private static Dictionary<string, Value> Variables(JsonElement conversation, IReadOnlyDictionary<string, string> tokens)
    {
        var variables = new Dictionary<string, Value>
        {
            // Templates ask for both whether there are any or not.
            ["tools"] = NoneValue.Instance,
            ["documents"] = NoneValue.Instance,
            ["add_generation_prompt"] = BooleanValue.False,
        };
        foreach ((string name, string token) in tokens)
            variables[name] = new TextValue(token);
        foreach (JsonProperty member in conversation.EnumerateObject())
        {
            variables[member.Name] = member.Name switch
            {
                "messages" => new ListValue([.. member.Value.EnumerateArray().Select(Message)]),
                // The template's tokens, which the caller writes otherwise.
                _ when member.Name.EndsWith("_token", StringComparison.Ordinal) && member.Value.ValueKind == JsonValueKind.String =>
                    new TextValue(member.Value.GetString()!),
                _ => JsonValues.Of(member.Value),
            };
        }

        return variables;
    }

    // A role that is a plain word belongs to the template's marks, such as <|user|>: it cannot end one and begin another.
    private static Value Message(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object)
            return JsonValues.Of(message);
        return new DictValue(message.EnumerateObject().Select(member => KeyValuePair.Create<Value, Value>(
            TextValue.OfData(member.Name),
            member.Name == Role && member.Value.ValueKind == JsonValueKind.String && IsWord(member.Value.GetString()!)
                ? new TextValue(member.Value.GetString()!)
                : JsonValues.Of(member.Value))));
    }

    private static bool IsWord(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private static ChatTemplateException Failure(string origin, JinjaException error, string what)
    {
        string place = error.Position is { } at ? $"line {at.Line}, column {at.Column}: " : "";
        string reason = error.Fault == JinjaFault.Raised ? error.Message : place + error.Message;
        return new($"The chat template of {origin} {what} ({place}{Quoted.Text(error.Message.TrimEnd('.'))}).", reason, error);
    }

    [GeneratedRegex(@"<[^\s<>{}""']{1,60}>|\[/?[A-Z_]{2,40}\]|\u25C1[^\s\u25B7]{1,40}\u25B7", RegexOptions.CultureInvariant)]
    private static partial Regex MarkName();
}
