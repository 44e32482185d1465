using Homer.Cli.Output;
using Homer.Engine;
using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Tasks;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Reading;

namespace Homer.Cli.Commands;

/// <summary>The document of <c>homer demo</c>, with what it hides and how that is asked for.</summary>
/// <param name="Text">The document.</param>
/// <param name="Told">The sentence that states the answer.</param>
/// <param name="Key">The answer.</param>
/// <param name="Question">The question, as it is shown.</param>
/// <param name="Input">The document and the question in tokens.</param>
/// <param name="Options">The settings of the answer.</param>
internal sealed record DemoCase(
    string Text, string Told, string Key, string Question, ContextInput Input, GenerationOptions Options)
{
    private const double Depth = 0.37;

    // A chronicle of homer-mini's; longer ones would take more than two minutes by all methods together.
    private const int Characters = 141_000;

    private const int Segments = 8;

    // What stands before the answer where the answer ends with it.
    private string? mark;

    /// <summary>The settings of merging.</summary>
    public HomerOptions Merging { get; private init; } = HomerOptions.Best;

    /// <summary>The table that merging uses, where the model brings none.</summary>
    public CalibrationTable? Table { get; private init; }

    /// <summary>Hides a pass key in a chronicle, in the words that homer-mini knows.</summary>
    public static DemoCase OfPassKey(HomerEngine engine, int seed, CancellationToken cancellation)
    {
        (string text, string key) = VillageChronicle.Write(seed, Characters, Depth);
        string question = engine.Template.Ask("What is the pass key?");
        return new(
            text, $"The pass key is #{key}.", key, question,
            engine.Encode(engine.Template.Prefix, text, question, cancellation),
            // An answer is one sentence.
            new GenerationOptions { MaxTokens = 24, Stop = [".", engine.Template.Stop] })
        { mark = "#" };
    }

    /// <summary>Plants a sentence in a chronicle and asks for its number in any model's own prompt.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="seed">The seed of the chronicle and the number.</param>
    /// <param name="length">The length of the document in tokens.</param>
    /// <param name="cancellation">Stops the work soon.</param>
    public static DemoCase OfNumber(HomerEngine engine, int seed, int length, CancellationToken cancellation)
    {
        MagicNumbers planted = MagicNumbers.Draw(new Random(seed), keys: 1, values: 1)[0];
        string value = planted.Values[0], sentence = planted.Sentence(value);
        string text = DocumentComposer.Compose(
            new VillageChronicle(seed).Sentence, part => engine.Prompt.Document(part).Length, length, [(Depth, sentence)]);
        ContextInput input = engine.Prompt.Encode(text, planted.Question, MagicNumbers.Instructions, planted.Cue, cancellation);
        // One number among nothing like it is read best as ordinary text: a digit may be left out otherwise.
        HomerOptions options = HomerOptions.Instruct with { Recompute = true };
        return new(
            text, sentence, value, engine.Prompt.Shown(planted.Question, planted.Cue), input,
            // The sentence of the answer is begun, so nothing is read again for it.
            new GenerationOptions
            {
                MaxTokens = 2 * engine.Tokenizer.Encode(" " + value, beginOfSequence: false, cancellation).Length,
                Stop = [".", engine.Prompt.Stop],
                Confidence = 0,
            })
        {
            Merging = options,
            Table = engine.Calibration is null
                ? Calibrate(engine, seed + 1, options.Resolve(engine.Model.Config).Chunk, cancellation)
                : null,
        };
    }

    /// <summary>Returns whether an answer is right.</summary>
    public bool IsRight(string answer) =>
        mark is null ? answer.Contains(Key, StringComparison.Ordinal) : answer.EndsWith(mark + Key, StringComparison.Ordinal);

    /// <summary>Returns a method with the table, if it uses one.</summary>
    public IContextMethod Calibrated(HomerEngine engine, IContextMethod method) =>
        Table is not null && method is ICalibratedMethod own ? own.WithCalibration(Table) : engine.Calibrated(method);

    /// <summary>Measures a table on another chronicle.</summary>
    private static CalibrationTable Calibrate(HomerEngine engine, int seed, int length, CancellationToken cancellation)
    {
        // A text may have a few tokens less than its sentences have one by one.
        EvaluationText text = EvaluationText.Chronicle(engine.Tokenizer, seed, (Segments + 1) * length);
        int[][] segments = [.. text.Tokens.ToArray().Chunk(length).Where(segment => segment.Length == length).Take(Segments)];
        return Terminal.WithProgress(
            $"Calibrating on {segments.Length} passages of another chronicle",
            progress => Calibrator.Measure(engine.Model, segments, engine.Model.Config.RopeScaling, progress, cancellation));
    }
}
