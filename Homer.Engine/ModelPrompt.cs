using System.Text.Json.Nodes;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Locations;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Templates;
using Homer.Engine.Tokenizers;

namespace Homer.Engine;

/// <summary>
/// The prompts of a model, in tokens. A model with a chat template gets its questions as messages, unless its folder has words of its own
/// in homer-prompt.json; any other gets them between plain words.
/// </summary>
public sealed class ModelPrompt
{
    private static readonly string[] ThinkingVariables = ["enable_thinking", "thinking"];

    private readonly PromptTemplate words;
    private readonly ITokenizer tokenizer;
    private readonly ChatPrompt? chat;
    private readonly int? thinkingBudget;
    private readonly Lazy<Thinking?> thinking;

    private ModelPrompt(PromptTemplate words, ITokenizer tokenizer, ChatPrompt? chat, int? thinkingBudget)
    {
        this.words = words;
        this.tokenizer = tokenizer;
        this.chat = chat;
        this.thinkingBudget = thinkingBudget;
        thinking = new(FindThinking);
    }

    /// <summary>Whether questions are messages of a chat template.</summary>
    public bool IsChat => chat is not null;

    /// <summary>
    /// The settings of merging that suit the model: <see cref="HomerOptions.Instruct"/> where it has a chat template, else
    /// <see cref="HomerOptions.Best"/>.
    /// </summary>
    public HomerOptions Preset => IsChat ? HomerOptions.Instruct : HomerOptions.Best;

    /// <summary>The text before which an answer ends; empty for none.</summary>
    public string Stop => IsChat ? "" : words.Stop;

    /// <summary>The thoughts before an answer; null for a model that does not think.</summary>
    /// <exception cref="HomerException">The chat template cannot be used.</exception>
    internal Thinking? Thinking => thinking.Value;

    /// <summary>Finds the prompts of a model.</summary>
    /// <param name="model">The model's folder, GGUF file or name in the Hugging Face hub.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="thinkingBudget">The most tokens of a thought, 0 for none; null for the model's own way.</param>
    /// <exception cref="HomerException">A file is broken. A chat template that is not Jinja is refused when it is used.</exception>
    public static ModelPrompt Read(string model, ITokenizer tokenizer, int? thinkingBudget = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        model = ModelPath.Resolve(model);
        ChatPrompt? chat = null;
        if (!PromptTemplate.IsOf(model) && ChatTemplates.Read(model) is { Names.Count: > 0 } templates)
        {
            chat = new(templates)
            {
                Variables = thinkingBudget is { } budget
                    ? ThinkingVariables.ToDictionary(name => name, _ => (JsonNode)JsonValue.Create(budget > 0))
                    : new Dictionary<string, JsonNode>(),
            };
        }

        return new(PromptTemplate.Read(model), tokenizer, chat, thinkingBudget);
    }

    /// <summary>Encodes a document and a question about it.</summary>
    /// <param name="document">The document.</param>
    /// <param name="question">The question.</param>
    /// <param name="instructions">The text before the document; null for the usual one.</param>
    /// <param name="answer">The text that the answer begins with.</param>
    /// <param name="cancellation">Stops between pieces of the document.</param>
    /// <exception cref="HomerException">The question is empty, or the chat template refuses it.</exception>
    public ContextInput Encode(
        string document, string question, string? instructions = null, string answer = "", CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(answer);
        return WithQuestion(new(Prefix(instructions), Document(document, cancellation), Suffix(question, answer)), answer);
    }

    /// <summary>Encodes a document and a question about it.</summary>
    /// <param name="document">The document, which is read to its end.</param>
    /// <param name="question">The question.</param>
    /// <param name="instructions">The text before the document; null for the usual one.</param>
    /// <param name="answer">The text that the answer begins with.</param>
    /// <param name="cancellation">Stops between pieces of the document.</param>
    /// <exception cref="HomerException">The question is empty, or the chat template refuses it.</exception>
    public ContextInput Encode(
        TextReader document, string question, string? instructions = null, string answer = "", CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(answer);
        return Encode(Document(document, cancellation), question, instructions, answer);
    }

    /// <summary>Encodes a question about a document.</summary>
    /// <param name="document">The tokens of the document.</param>
    /// <param name="question">The question.</param>
    /// <param name="instructions">The text before the document; null for the usual one.</param>
    /// <param name="answer">The text that the answer begins with.</param>
    /// <exception cref="HomerException">The question is empty, or the chat template refuses it.</exception>
    public ContextInput Encode(IReadOnlyList<int> document, string question, string? instructions = null, string answer = "")
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(answer);
        return WithQuestion(new(Prefix(instructions), document, Suffix(question, answer)), answer);
    }

    /// <summary>Encodes a rendered conversation. Marks in its messages are text like any other; the template's own are tokens.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="chat">The conversation.</param>
    internal static int[] Encode(ITokenizer tokenizer, RenderedChat chat) =>
        tokenizer.Encode(chat.Text, new EncodeOptions(ParseSpecial: true) { Data = chat.Data, Marks = chat.Marks });

    /// <summary>Encodes what comes before a document.</summary>
    /// <param name="instructions">The text before the document; null for the usual one.</param>
    public int[] Prefix(string? instructions = null) => chat is null
        ? tokenizer.Encode(instructions ?? words.Prefix, beginOfSequence: true)
        : Encode(chat.Render(instructions ?? ChatPrompt.Instructions, [], "?").Before);

    /// <summary>Encodes a document. What the model's marks are called is text in it like any other.</summary>
    /// <param name="text">The document.</param>
    /// <param name="cancellation">Stops the work soon.</param>
    public int[] Document(string text, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return chat is null
            ? tokenizer.Encode(text, beginOfSequence: false, cancellation)
            : tokenizer.Encode(text, OfDocuments(cancellation));
    }

    /// <summary>Encodes a document, of which no more is in memory than must be at a time.</summary>
    /// <param name="text">The document, which is read to its end.</param>
    /// <param name="cancellation">Stops the work soon.</param>
    public int[] Document(TextReader text, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return tokenizer.Encode(text, OfDocuments(cancellation));
    }

    /// <summary>Encodes what comes after a document.</summary>
    /// <param name="question">The question.</param>
    /// <param name="answer">The text that the answer begins with.</param>
    /// <exception cref="HomerException">The question is empty, or the chat template refuses it.</exception>
    public int[] Suffix(string question, string answer = "")
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(answer);
        return chat is null
            ? tokenizer.Encode(Shown(question, answer), beginOfSequence: false)
            : Encode(Begun(chat.Render(ChatPrompt.Instructions, [], Required(question)).Question).WithData(answer));
    }

    /// <summary>Returns the question as people are shown it.</summary>
    internal string Shown(string question, string answer = "") =>
        (IsChat ? Required(question) : words.Ask(question)) + (answer.Length > 0 ? " " + answer : "");

    /// <summary>Encodes the next question of a conversation.</summary>
    /// <param name="document">The tokens of the document.</param>
    /// <param name="turns">The questions and answers so far.</param>
    /// <param name="question">The question.</param>
    internal ContextInput Next(IReadOnlyList<int> document, IReadOnlyList<(string Question, string Answer)> turns, string question)
    {
        if (chat is null)
        {
            IEnumerable<int> before = turns.SelectMany(turn => (int[])[.. Suffix(turn.Question), .. Document(turn.Answer)]);
            return WithQuestion(new(Prefix(), [.. document, .. before], Suffix(question)));
        }

        (RenderedChat prefix, RenderedChat said, RenderedChat asked) =
            chat.Render(document.Count > 0 ? ChatPrompt.Instructions : null, turns, Required(question));
        return WithQuestion(new(Encode(prefix), [.. document, .. Encode(said)], Encode(Begun(asked))));
    }

    /// <summary>Marks the tokens of the question: those that another question would not have at the same end of the suffix.</summary>
    private ContextInput WithQuestion(ContextInput input, string answer = "")
    {
        int[] other = Suffix("\u2042", answer);
        int shorter = Math.Min(input.Suffix.Count, other.Length), first = 0, after = 0;
        while (first < shorter && input.Suffix[first] == other[first])
            first++;
        while (after < shorter - first && input.Suffix[^(after + 1)] == other[^(after + 1)])
            after++;
        int end = input.Suffix.Count - after;
        return first < end ? input with { Question = first..end } : input;
    }

    private static string Required(string question) => string.IsNullOrWhiteSpace(question)
        ? throw new HomerException("The question is empty; ask something about the document.")
        : question.Trim();

    private EncodeOptions OfDocuments(CancellationToken cancellation) =>
        new() { Marks = chat?.Template.Marks, Cancellation = cancellation };

    // A model that shall not think gets the end of a thought that its template has begun.
    private RenderedChat Begun(RenderedChat asked) =>
        thinkingBudget == 0 && Thinking is { } thoughts && EndsIn(asked.Text, thoughts.Open)
            ? asked.WithMarks($"\n{thoughts.Close}\n\n")
            : asked;

    private static bool EndsIn(string text, string mark) => text.AsSpan().TrimEnd().EndsWith(mark);

    private int[] Encode(RenderedChat text) => Encode(tokenizer, text);

    private Thinking? FindThinking()
    {
        if (chat is null || ThoughtMarks.Of(chat.Template.Source, text => Id(text) is not null) is not { } found)
            return null;
        int[] close = tokenizer.Encode($"\n{found.Close}\n\n", new EncodeOptions(ParseSpecial: true));
        RenderedChat asked = chat.Render(null, [], "?").Question;
        return new(found.Open, found.Close, close)
        {
            OpenId = Id(found.Open),
            CloseId = Id(found.Close),
            IsOpen = thinkingBudget != 0 && EndsIn(asked.Text, found.Open),
            Budget = thinkingBudget ?? Generation.Thinking.DefaultBudget,
        };
    }

    private int? Id(string mark) => tokenizer.Encode(mark, new EncodeOptions(ParseSpecial: true)) is [var id] ? id : null;
}
