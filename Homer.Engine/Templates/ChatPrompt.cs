using System.Text.Json;
using System.Text.Json.Nodes;

namespace Homer.Engine.Templates;

/// <summary>
/// The prompt of a conversation about a document, by a model's chat template. The document is part of the first message of the user, after
/// the instructions and before the first question. The template is rendered with marks in place of the cuts, and split at them.
/// </summary>
internal sealed class ChatPrompt(ChatTemplates templates)
{
    // No document, question or template has these.
    private const string DocumentMark = "xqhomerdocumentz81734629";
    private const string AnswerMark = "xqhomeranswerz29463718";
    private const string Break = "\n\n";

    /// <summary>The instructions before a document, where none are given.</summary>
    public const string Instructions = "Read the following document and answer the question about it, in the language of the question.";

    /// <summary>Further variables of the template, such as <c>enable_thinking</c>.</summary>
    public IReadOnlyDictionary<string, JsonNode> Variables { get; init; } = new Dictionary<string, JsonNode>();

    /// <summary>The template.</summary>
    /// <exception cref="HomerException">It is not Jinja, or not there.</exception>
    public ChatTemplate Template => templates.Choose();

    /// <summary>Renders the conversation up to where the model's answer begins.</summary>
    /// <param name="instructions">The text before the document; null where there is no document.</param>
    /// <param name="turns">The questions and answers so far.</param>
    /// <param name="question">The next question.</param>
    /// <returns>
    /// The text before the document; the turns after it; and the text from the end of the last answer on, with the question. The document
    /// belongs between the first two.
    /// </returns>
    /// <exception cref="HomerException">The template refuses such a conversation, or leaves its messages out.</exception>
    public (RenderedChat Before, RenderedChat Turns, RenderedChat Question) Render(
        string? instructions, IReadOnlyList<(string Question, string Answer)> turns, string question)
    {
        string first = instructions is null ? DocumentMark : instructions + Break + DocumentMark + Break;
        var messages = new List<(string Role, string Content)>();
        foreach ((string asked, string answer) in turns)
        {
            messages.Add(("user", (messages.Count == 0 ? first : "") + asked));
            messages.Add(("assistant", messages.Count == 2 * turns.Count - 1 ? answer + AnswerMark : answer));
        }

        messages.Add(("user", (messages.Count == 0 ? first : "") + question));
        RenderedChat? chat = Render(messages, inBlocks: false, out HomerException? refusal) ?? Render(messages, inBlocks: true, out _);
        if (chat is null)
            throw refusal!;
        Range document = Find(chat, DocumentMark)!.Value;
        Range answered = turns.Count > 0 ? Find(chat, AnswerMark)!.Value : document.End..document.End;
        return (
            chat.Slice(..document.Start),
            chat.Slice(document.End..(turns.Count > 0 ? answered.Start : document.End)),
            chat.Slice(answered.End..));
    }

    // Some templates want the content of messages in blocks.
    private RenderedChat? Render(List<(string Role, string Content)> messages, bool inBlocks, out HomerException? refusal)
    {
        var conversation = new JsonObject
        {
            ["messages"] = new JsonArray([.. messages.Select(message => new JsonObject
            {
                ["role"] = message.Role,
                ["content"] = inBlocks
                    ? new JsonArray(new JsonObject { ["type"] = "text", ["text"] = message.Content })
                    : message.Content,
            })]),
            ["add_generation_prompt"] = true,
        };
        foreach ((string name, JsonNode value) in Variables)
            conversation[name] = value.DeepClone();
        try
        {
            RenderedChat chat = templates.Render(JsonSerializer.SerializeToElement(conversation));
            bool isWhole = Find(chat, DocumentMark) is not null && (messages.Count == 1 || Find(chat, AnswerMark) is not null);
            refusal = isWhole ? null : new HomerException(
                "The model's chat template does not write the user's message out as it is; give the model a homer-prompt.json with words "
                + "of its own.");
            return isWhole ? chat : null;
        }
        catch (ChatTemplateException error)
        {
            refusal = error;
            return null;
        }
    }

    private static Range? Find(RenderedChat chat, string mark)
    {
        int at = chat.Text.IndexOf(mark, StringComparison.Ordinal);
        bool isOnce = at >= 0 && chat.Text.IndexOf(mark, at + 1, StringComparison.Ordinal) < 0;
        return isOnce ? at..(at + mark.Length) : null;
    }
}
