using System.Runtime.CompilerServices;
using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Engine.Reading;
using Homer.Kernels.Elements;

namespace Homer.Engine.Methods.Recall;

/// <summary>A planned reading by recall; see <see cref="RecallMethod"/>.</summary>
public sealed class RecallReading : PlannedReading
{
    private readonly RecallMemory? memory;
    private readonly CalibrationTable? calibration;

    internal RecallReading(ContextRequest request, ResolvedRecallOptions options, RecallMemory? memory, CalibrationTable? calibration)
        : base(request)
    {
        Options = options;
        this.memory = memory;
        this.calibration = calibration;
        int room = KeyReader.RoomOf(options, request.Input.Prefix.Count);
        ModelConfig config = request.Model.Config;
        ContextInput input = request.Input;
        int window = (int)config.ScaledWindow(request.ResolvedRopeScaling), affixes = input.Prefix.Count + input.Suffix.Count;
        Tree = affixes + Chosen > window ? PlanTree(new int[Chosen]) : null;
        if (Reads && input.Suffix.Count > room)
        {
            throw new MethodSettingException(
                $"Impossible settings of recall: a chunk of {options.Chunk} tokens has no room for the {input.Suffix.Count} tokens of the "
                + "question; take a larger one.");
        }
    }

    /// <summary>The settings, every default filled in.</summary>
    public ResolvedRecallOptions Options { get; }

    /// <summary>The number of chunks that are read up to the last chosen layer; 0 for a document that is read whole.</summary>
    public int Chunks => Slices.Count();

    /// <summary>The number of document tokens that are read for the answer: all, where the input fits a chunk.</summary>
    public int Chosen => Request.Input.Length <= Options.Chunk
        ? Request.Input.Document.Count
        : Math.Min(Options.Tokens, Request.Input.Document.Count);

    /// <summary>The indices of the document tokens that the last reading chose, ascending.</summary>
    public IReadOnlyList<int> Passages { get; private set; } = [];

    /// <summary>Whether more tokens are read for the answer than the window holds, so that they are merged in HOMER's tree.</summary>
    public bool Merges => Tree is not null;

    /// <summary>The reading of the chosen tokens in HOMER's tree, planned for their number; null where the window holds them.</summary>
    internal PlannedReading? Tree { get; }

    /// <summary>
    /// The scores of the document's tokens for the last question, in deviations from their mean; null where all of the document was read.
    /// </summary>
    internal float[]? Scores { get; private set; }

    /// <summary>A place for the order in which tokens are chosen; null for none.</summary>
    internal TokenRanking? Ranking { get; init; }

    private IEnumerable<(int Start, int Overlap, int Count)> Slices =>
        KeyReader.Slices(Options, Request.Input.Prefix.Count, Reads ? Request.Input.Document.Count : 0);

    /// <summary>Whether there is more than is read for the answer.</summary>
    private bool Reads => Chosen < Request.Input.Document.Count;

    /// <summary>The numbers of tokens of the chunks, their overlap included and the prefix not.</summary>
    internal IEnumerable<int> ChunkLengths => Slices.Select(slice => slice.Overlap + slice.Count);

    private Range Looking => Options.Question == RecallQuestion.All ? Range.All : Request.Input.Question;

    /// <inheritdoc/>
    public override ReadingForecast Forecast(GenerationOptions? generation = null) => new RecallForecast(this, generation);

    /// <inheritdoc/>
    public override KvContext Read(Action<double>? progress = null)
    {
        progress ??= Request.Progress;
        ContextInput input = Request.Input;
        int[] chosen = Reads ? Choose(progress) : [.. Enumerable.Range(0, input.Document.Count)];
        Passages = chosen;
        KvContext context = Tree is null ? ReadPlainly(chosen) : ReadInTree(chosen);
        progress?.Invoke(1);
        return context;
    }

    private KvContext ReadPlainly(int[] chosen) =>
        PlainReading.ReadChosen(Request with { Progress = null }, InInput(Enumerable.Range(0, LengthWith(chosen)), chosen));

    private KvContext ReadInTree(int[] chosen)
    {
        KvContext context = PlanTree([.. chosen.Select(token => Request.Input.Document[token])]).Read();
        context.Survivors = (InInput(context.Survivors.Tokens, chosen), context.Survivors.Positions);
        return context;
    }

    private PlannedReading PlanTree(IReadOnlyList<int> document)
    {
        HomerOptions options = HomerOptions.Instruct with { Chunk = Options.Chunk };
        var method = (HomerMethod)new HomerMethod(options).WithCalibration(calibration);
        return method.Plan(Request with { Input = Request.Input with { Document = document }, Progress = null });
    }

    private int LengthWith(int[] chosen) => Request.Input.Prefix.Count + chosen.Length + Request.Input.Suffix.Count;

    /// <summary>Returns the indices in prefix + document + suffix of tokens of prefix + chosen tokens + suffix.</summary>
    private int[] InInput(IEnumerable<int> tokens, int[] chosen)
    {
        int prefix = Request.Input.Prefix.Count, left = Request.Input.Document.Count - chosen.Length;
        return
        [
            .. tokens.Select(token => token < prefix ? token
                : token < prefix + chosen.Length ? prefix + chosen[token - prefix]
                : token + left),
        ];
    }

    /// <summary>The number of bytes that are kept of a token.</summary>
    public int BytesPerToken => Options.Heads.Count * (Request.Model.Config.HeadDim + Unsafe.SizeOf<Float16>());

    /// <summary>The number of tokens of the question that look.</summary>
    internal int QueryCount => Looking.GetOffsetAndLength(Request.Input.Suffix.Count).Length;

    private int[] Choose(Action<double>? progress)
    {
        (TransformerModel model, ContextInput input) = (Request.Model, Request.Input);
        int[] suffix = [.. input.Suffix];
        IReadOnlyList<RecallPart> parts;
        QuestionQueries question;
        using (var reader = new KeyReader(model, Request.ResolvedRopeScaling, Options, input.Prefix, Request.Cancellation))
        {
            var key = new RecallKey(input.Prefix, input.Document, Options, Request.ResolvedRopeScaling);
            parts = memory?.Take(key) ?? ReadDocument(reader, key, input.Document as int[] ?? [.. input.Document], progress);
            memory?.Keep(key, parts);
            question = reader.ReadQuestion(suffix, Looking, Request.Cancellation);
        }

        using var search = new RecallSearch(model, Options.Heads.Count, input.Document.Count, question.Tokens);
        float[] scores = search.Scores(parts, question, Request.Cancellation);
        Scores = scores;
        int count = Ranking is null ? Chosen : Math.Max(Chosen, TokenRanking.Most);
        int[] order = PassageSelection.Order(scores, count, Options.Neighbours, memory?.Bounds);
        Ranking?.Set(order);
        return [.. order.Take(Chosen).Order()];
    }

    private List<RecallPart> ReadDocument(KeyReader reader, RecallKey key, int[] document, Action<double>? progress)
    {
        List<RecallPart> parts = [];
        double all = document.Length + Chosen + Request.Input.Suffix.Count;
        foreach ((int start, int overlap, int count) in reader.Slices(document.Length))
        {
            int[] ids = document[(start - overlap)..(start + count)];
            parts.Add(memory is null ? Read() : memory.Pieces.Part(key, ids, overlap, Read));
            RecallPart Read() => reader.Read(ids, overlap, Request.Cancellation);
            progress?.Invoke((start + count) / all);
        }

        return parts;
    }
}
