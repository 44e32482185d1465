using Homer.Engine;
using Homer.Engine.Calibration;
using Homer.Engine.Evaluation.Recall;
using Homer.Engine.Evaluation.Scoring;
using Homer.Engine.Evaluation.Tasks;
using Homer.Engine.Methods.Recall;
using Homer.Engine.Models;
using Homer.Engine.Passages;
using Homer.Kernels.Elements;
using Spectre.Console;

namespace Homer.Benchmarks.Retrieval;

/// <summary>
/// The command <c>selection MODEL TEXT HEADS [setting=value]…</c>: how recall's choice of tokens depends on the heads that look, on the
/// tokens of the question that do, on the width of the neighbourhood and on the bits of a key. Every document is read once, with the keys
/// of all heads; nothing is answered.
/// </summary>
internal static class SelectionCommand
{
    private const int Most = 2048;
    private const int Width = 16;

    private static readonly int[] Widths = [4, 8, 16, 24, 32];

    public static int Run(string[] arguments)
    {
        if (arguments is not [var model, var text, var heads, .. string[] rest] || RetrievalSettings.Parse(rest) is not { } settings)
        {
            Console.Error.WriteLine($"Use: selection MODEL TEXT HEADS, and any of {RetrievalSettings.Names} as name=value.");
            return 2;
        }

        try
        {
            using var engine = HomerEngine.Load(model);
            NeedleTask? task = settings["needles"] == "learned" ? null : settings.Task(engine, text);
            Measure(
                engine, task?.Cases.Select(task.Create) ?? Probes(engine, text, settings),
                RecallHead.Parse(heads) ?? throw new HomerException($"{heads} is no list of heads."));
            return 0;
        }
        catch (HomerException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }

    private static void Measure(HomerEngine engine, IEnumerable<EvaluationDocument> documents, IReadOnlyList<RecallHead> heads)
    {
        TransformerModel model = engine.Model;
        ResolvedRecallOptions options =
            new RecallOptions { Heads = string.Join('+', heads) }.Resolve(model.Config, model.Config.RopeScaling, null);
        var found = new Dictionary<(string Way, string Kind), List<int?>>();
        foreach (EvaluationDocument document in documents)
        {
            var pieces = new RecallPieces();
            foreach (var version in document.Questions.GroupBy(
                question => question.Tokens ?? document.Tokens))
            {
                int[] ids = [.. version.Key];
                int[] sentences = SentenceStarts(engine, ids);
                using var reader = new KeyReader(model, model.Config.RopeScaling, options, document.Prefix, default);
                var key = new RecallKey(document.Prefix, ids, options, model.Config.RopeScaling);
                List<RecallPart> parts = [];
                foreach ((int start, int overlap, int count) in reader.Slices(ids.Length))
                {
                    int[] chunk = ids[(start - overlap)..(start + count)];
                    parts.Add(pieces.Part(key, chunk, overlap, () => reader.Read(chunk, overlap, default)));
                }

                foreach (EvaluationQuestion question in version)
                {
                    foreach (RecallQuestion looking in Enum.GetValues<RecallQuestion>())
                    {
                        QuestionQueries all = reader.ReadQuestion(
                            [.. question.Suffix], looking == RecallQuestion.All ? Range.All : question.Own, default);
                        float[][] scores = [.. heads.Select((_, head) => Scores(model, parts, heads.Count, head, all, bits: 8))];
                        Count(question, looking, heads, scores, sentences, found);
                        if (looking == RecallQuestion.All)
                            continue;
                        for (int head = 0; head < heads.Count; head++)
                        {
                            float[] coarse = Scores(model, parts, heads.Count, head, all, bits: 4);
                            Add(found, $"{heads[head]}, 4 bits", question, PassageSelection.Order(coarse, Most, Width));
                        }
                    }
                }
            }

            Console.Error.WriteLine($"{document.Tokens.Count:N0} tokens");
            Print(found);
        }
    }

    /// <summary>Returns the documents of calibration, in whose facts settings may be looked for.</summary>
    private static IEnumerable<EvaluationDocument> Probes(HomerEngine engine, string text, RetrievalSettings settings) =>
        RecallProbes.Write(
            engine.Prompt, new(Path.GetFileName(text), File.ReadAllText(text)), settings.Number("lengths"), settings.Number("documents"),
            settings.Number("seed"))
            .Select((probe, number) => new EvaluationDocument(probe.Prefix, probe.Document, [.. probe.Questions.Select(
                question => new EvaluationQuestion(question.Suffix, new ContinuationScorer([0]))
                {
                    Own = question.Own,
                    Evidence = question.Evidence,
                    Kind = number % 2 == 0 ? "numbers" : "facts",
                })]));

    private static void Count(
        EvaluationQuestion question, RecallQuestion looking, IReadOnlyList<RecallHead> heads, float[][] scores, int[] sentences,
        Dictionary<(string, string), List<int?>> found)
    {
        for (int first = 0; first < heads.Count; first++)
        {
            for (int second = first; second < heads.Count; second++)
            {
                float[] sum = first == second ? scores[first] : [.. scores[first].Zip(scores[second], (a, b) => a + b)];
                string name = (first == second ? $"{heads[first]}" : $"{heads[first]}+{heads[second]}")
                    + (looking == RecallQuestion.All ? ", all" : "");
                foreach (int width in Widths)
                    Add(found, $"{name}, width {width}", question, PassageSelection.Order(sum, Most, width));
                Add(found, $"{name}, sentences", question, PassageSelection.Order(sum, Most, 64, sentences));
                if (first == second || looking == RecallQuestion.All)
                    continue;
                int[] together = PassageSelection.Order(sum, Most, Width);
                int[] byFirst = PassageSelection.Order(scores[first], Most, Width);
                int[] bySecond = PassageSelection.Order(scores[second], Most, Width);
                Add(found, $"{name}, in turn with {heads[first]}", question, InTurn(together, byFirst));
                Add(found, $"{name}, in turn with {heads[second]}", question, InTurn(together, bySecond));
                Add(found, $"{name}, each in turn", question, InTurn(byFirst, bySecond));
            }
        }
    }

    private static int[] InTurn(int[] first, int[] second) =>
        [.. first.Zip(second).SelectMany(pair => new[] { pair.First, pair.Second }).Distinct()];

    private static void Add(
        Dictionary<(string, string), List<int?>> found, string way, EvaluationQuestion question, IReadOnlyList<int> order)
    {
        var ranking = new Homer.Engine.Contexts.TokenRanking();
        ranking.Set(order);
        if (!found.TryGetValue((way, question.Kind ?? ""), out List<int?>? all))
            found.Add((way, question.Kind ?? ""), all = []);
        all.Add(ranking.Needed(question.Evidence));
    }

    private static float[] Scores(
        TransformerModel model, List<RecallPart> parts, int heads, int head, QuestionQueries queries, int bits)
    {
        int size = queries.Tokens * model.Config.HeadDim, tokens = parts.Sum(part => part.TokensOf(heads));
        using var search = new RecallSearch(model, 1, tokens, queries.Tokens);
        return search.Scores(
            [.. parts.Select(part => Of(part, heads, head, model.Config.HeadDim, bits))],
            new(queries.Elements[(head * size)..((head + 1) * size)], queries.Tokens), default);
    }

    private static RecallPart Of(RecallPart part, int heads, int head, int d, int bits)
    {
        int tokens = part.TokensOf(heads);
        var elements = new sbyte[tokens * d];
        var scales = new Float16[tokens];
        float step = bits == 8 ? 1 : 127f / 7;
        for (int token = 0; token < tokens; token++)
        {
            int row = (token * heads) + head;
            for (int i = 0; i < d; i++)
                elements[(token * d) + i] = (sbyte)(MathF.Round(part.Elements.Span[(row * d) + i] / step) * step);
            scales[token] = part.Scales.Span[row];
        }

        return new(elements, scales);
    }

    private static int[] SentenceStarts(HomerEngine engine, int[] ids)
    {
        string text = engine.Tokenizer.Decode(ids);
        var places = TokenPlaces.Of(engine.Tokenizer, ids, text);
        int[] sentences = Sentences.Starts(text);
        List<int> starts = [0];
        for (int token = 1, sentence = 0; token < ids.Length; token++)
        {
            int last = Math.Max(places.StartOf(token), places.EndOf(token) - 1), before = sentence;
            while (sentence + 1 < sentences.Length && sentences[sentence + 1] <= last)
                sentence++;
            if (sentence != before)
                starts.Add(token);
        }

        return [.. starts];
    }

    private static void Print(Dictionary<(string Way, string Kind), List<int?>> found)
    {
        string[] kinds = [.. found.Keys.Select(key => key.Kind).Distinct()];
        Table table = new Table().AddColumn("found in 512; 1,024, %");
        foreach (string kind in kinds)
            table.AddColumn($"{kind}, n = {found.First(one => one.Key.Kind == kind).Value.Count}");
        foreach (string way in found.Keys.Select(key => key.Way).Distinct())
        {
            table.AddRow([way, .. kinds.Select(kind => found.TryGetValue((way, kind), out List<int?>? all)
                ? $"{Within(all, 512):0}; {Within(all, 1024):0}"
                : "")]);
        }

        AnsiConsole.Profile.Width = 160;
        AnsiConsole.Write(table);
    }

    private static double Within(List<int?> needed, int tokens) => 100.0 * needed.Count(one => one <= tokens) / needed.Count;
}
