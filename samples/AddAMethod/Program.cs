// Adds a method of reading long context from outside the engine: keyword search. It reads only those passages of the document that
// share the rarest tokens with the question, as many as fit into the model's window.
//
//     dotnet run -c Release --project samples/AddAMethod
using System.ComponentModel;
using Homer;
using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Generation;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Plain;
using Homer.Engine.Reading;

using var homer = HomerEngine.Load(Path.Combine(AppContext.BaseDirectory, "models", "homer-mini"));
(string document, string key) = VillageChronicle.Write(seed: 8, characters: 141_000, depth: 0.37);
ContextInput input = homer.Encode(homer.Template.Prefix, document, homer.Template.Ask("What is the pass key?"));
Console.WriteLine($"{input.Length:N0} tokens, window {homer.Model.Config.Window}; the pass key is #{key}");

IContextMethod keywords = new KeywordMethod(new KeywordOptions());
IContextMethod[] methods =
[
    ContextMethods.Find("truncate"),
    keywords,
    // Settings by name, as users write them: keywords:length=16.
    keywords.Configure(new Dictionary<string, string> { ["length"] = "16" }),
    ContextMethods.Find("homer"),
];

var options = new GenerationOptions { MaxTokens = 24, Stop = [".", homer.Template.Stop] };
foreach (IContextMethod method in methods)
{
    var reader = new DocumentReader(homer.Calibrated(method), homer.Request(input, options.MaxTokens), options);
    using KvContext context = reader.Read();
    string answer = string.Concat(reader.Continue(context, homer.Tokenizer, options).Pieces.Select(piece => piece.Text));
    Console.WriteLine($"{method.Name}: {answer.Trim()}");
}

/// <summary>The settings of <see cref="KeywordMethod"/>. Each property is a setting: <c>keywords:length=48</c>.</summary>
internal sealed record KeywordOptions
{
    /// <summary>The length of a passage in tokens.</summary>
    [Description("tokens of a passage (32)")]
    public int Length { get; init; } = 32;
}

/// <summary>
/// Reads the passages that share the rarest tokens with the question, in the order of the document. A passage scores the sum, over the
/// tokens of the question that it holds, of the inverse document frequency log(passages / passages with the token)
/// (Spärck Jones 1972, doi 10.1108/eb026526).
/// </summary>
internal sealed class KeywordMethod(KeywordOptions options) : ContextMethod<KeywordOptions>(options)
{
    public override string Name => "keywords";

    public override string Summary =>
        "the passages that share the rarest tokens with the question, up to the model's window; memory is constant";

    public override KvContext Read(ContextRequest request)
    {
        ContextInput input = request.Input;
        // A document that fits the window is read as plain text, which every method of Homer does.
        int[] chosen = [.. Chosen(request).Select(i => input.Document[i])];
        return new PlainMethod().Read(request with { Input = input with { Document = chosen } });
    }

    /// <summary>Says which tokens were left out, so that nobody takes the document for read.</summary>
    public override IReadOnlyList<Range> PassedOver(ContextRequest request)
    {
        HashSet<int> chosen = [.. Chosen(request)];
        return [.. Enumerable.Range(0, request.Input.Document.Count).Where(i => !chosen.Contains(i)).Select(i => i..(i + 1))];
    }

    /// <summary>Returns the indices of the tokens that are read.</summary>
    private IEnumerable<int> Chosen(ContextRequest request)
    {
        ContextInput input = request.Input;
        input.Validate(request.Model);
        if (Options.Length < 1)
            throw new HomerException($"Impossible settings of {Name}: a passage cannot have {Options.Length} tokens.");
        int room = request.Model.Config.Window - input.Prefix.Count - input.Suffix.Count - request.NewTokens;
        if (room < Options.Length)
            throw new HomerException(
                $"No passage of {Options.Length} tokens fits into the window beside the question; ask for shorter passages.");

        int count = input.Document.Count;
        return count <= room ? Enumerable.Range(0, count) : Choose(input, room / Options.Length);
    }

    /// <summary>Returns the tokens of the best passages, in the order of the document.</summary>
    private IEnumerable<int> Choose(ContextInput input, int count)
    {
        int[][] passages = [.. input.Document.Chunk(Options.Length)];
        var frequencies = passages.SelectMany(passage => passage.Distinct()).CountBy(token => token).ToDictionary();
        return Enumerable.Range(0, passages.Length).OrderByDescending(Score).Take(count).Order()
            .SelectMany(index => passages[index].Select((_, i) => (index * Options.Length) + i));

        double Score(int index) =>
            passages[index].Distinct().Intersect(input.Suffix).Sum(token => Math.Log((double)passages.Length / frequencies[token]));
    }
}
