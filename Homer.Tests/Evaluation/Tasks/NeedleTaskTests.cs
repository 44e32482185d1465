using System.Globalization;
using System.Text.RegularExpressions;
using Homer.Engine;
using Homer.Engine.Evaluation;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Scoring;
using Homer.Engine.Evaluation.Tasks;
using Homer.Engine.Evaluation.Trials;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Plain;

namespace Homer.Tests.Evaluation.Tasks;

public sealed partial class NeedleTaskTests(MiniEngine mini) : IClassFixture<MiniEngine>
{
    private readonly HomerEngine engine = mini.Engine;

    [Theory]
    [InlineData(NeedleKind.One, 1)]
    [InlineData(NeedleKind.MultiKey, 3)]
    [InlineData(NeedleKind.MultiValue, 1)]
    public void Sentences_are_planted_at_their_depth_and_asked_for(NeedleKind kind, int questions)
    {
        SourceText text = Numbered("numbered", 3000);
        var task = new NeedleTask(engine, [text], new([kind], [700, 1500], 4) { Questions = questions, Seed = 5 });
        Assert.Equal(2 * 4, task.Cases.Count);
        foreach (EvaluationCase which in task.Cases)
        {
            EvaluationDocument document = task.Create(which);
            Assert.Equal(which.Length, document.Tokens.Count);
            string context = engine.Tokenizer.Decode([.. document.Tokens]);
            Match[] told = [.. Planted().Matches(context).Cast<Match>()];
            Assert.Equal(kind == NeedleKind.One ? 1 : 4, told.Length);
            Assert.Equal(kind == NeedleKind.MultiKey ? 4 : 1, told.Select(one => one.Groups[1].Value).Distinct().Count());
            Assert.Equal(questions, document.Questions.Count);
            foreach ((int i, EvaluationQuestion question) in document.Questions.Index())
            {
                string asked = engine.Tokenizer.Decode([.. question.Suffix]);
                Match[] own = [.. told.Where(one => asked.Contains(one.Groups[1].Value + " mentioned", StringComparison.Ordinal))];
                IReadOnlyList<string> values = Assert.IsType<ValuesScorer>(question.Scorer).Values;
                Assert.Equal(own.Select(one => one.Groups[2].Value).Order(), values.Order());
                Assert.Equal(
                    values,
                    question.Evidence.Select(part => engine.Tokenizer.Decode([.. document.Tokens.Take(part)]).Trim()));
                if (which.Depths[i] is { } depth)
                    Assert.InRange((double)question.Evidence[0].Start.Value / which.Length, depth - 0.1, depth + 0.1);
            }

            // What is left are sentences of the text, one after the other.
            string rest = Planted().Replace(context, "");
            string[] numbers = [.. Regex.Matches(rest, @"Number (\d+) follows").Select(number => number.Groups[1].Value)];
            int first = int.Parse(numbers[0], CultureInfo.InvariantCulture);
            Assert.Equal(numbers.Select((_, i) => $"{first + i}"), numbers);
        }

        Assert.Equal(4, task.Cases.Take(4).Select(which => string.Join(' ', task.Create(which).Tokens)).Distinct().Count());
        Assert.Equal(task.Create(task.Cases[0]).Tokens, task.Create(task.Cases[0]).Tokens);
    }

    [Fact]
    public void Documents_do_not_depend_on_the_other_texts()
    {
        SourceText one = Numbered("one", 900), other = SourceText.Chronicle(3, 12_000);
        var options = new NeedleOptions([NeedleKind.One], [500], 2);
        var alone = new NeedleTask(engine, [one], options);
        var both = new NeedleTask(engine, [other, one], options);
        Assert.Equal(["chronicle", "chronicle", "one", "one"], both.Cases.Select(which => which.Source));
        Assert.Equal(alone.Create(alone.Cases[1]).Tokens, both.Create(both.Cases[3]).Tokens);
        Assert.NotEqual(alone.Settings["texts"], both.Settings["texts"]);
    }

    [Fact]
    public void Any_text_is_cut_and_a_short_one_is_refused()
    {
        SourceText[] texts =
        [
            new("one word", new string('a', 20_000)), new("Chinese", string.Concat(Enumerable.Repeat("他走了很遠的路。", 900))),
            new("table", string.Concat(Enumerable.Range(0, 4000).Select(i => $"{i}\t{i * i}\n"))),
        ];
        var task = new NeedleTask(engine, texts, new([NeedleKind.MultiKey], [400], 3));
        foreach (EvaluationCase which in task.Cases)
        {
            EvaluationDocument document = task.Create(which);
            Assert.Equal(400, document.Tokens.Count);
            Assert.Equal(4, Planted().Count(engine.Tokenizer.Decode([.. document.Tokens])));
        }

        var tooLong = new NeedleTask(engine, [new("short.txt", "Only this.")], new([NeedleKind.One], [400], 1));
        Assert.Contains("short.txt", Assert.Throws<HomerException>(() => tooLong.Create(tooLong.Cases[0])).Message);
    }

    [Fact]
    public void Trials_say_what_was_found_and_kept()
    {
        var task = new NeedleTask(engine, [Numbered("text", 600)], new([NeedleKind.MultiValue], [1800], 2));
        using var log = TrialLog.InMemory(EvaluationRunner.Settings(engine, task));
        Variant[] variants =
        [
            new("homer", new HomerMethod(HomerOptions.Best with { Chunk = 256 })), new("all", new HomerMethod(HomerOptions.Paper with
            {
                Chunk = 2048,
            })), new("plain", new PlainMethod()),
        ];
        new EvaluationRunner(engine, task, variants, log).Run();
        Assert.Equal(6, log.Trials.Count);
        Assert.All(log.Trials, trial => Assert.Equal(trial.Found == 1, trial.Right));
        Assert.All(log.Trials.Where(trial => trial.Variant == "homer"), trial => Assert.InRange(trial.Kept!.Value, 0, 1));
        Assert.All(log.Trials.Where(trial => trial.Variant == "all"), trial => Assert.Equal(1, trial.Kept));
        Assert.All(log.Trials.Where(trial => trial.Variant == "plain"), trial => Assert.Null(trial.Kept));
    }

    [Fact]
    public void Many_questions_of_several_kinds_share_a_passage()
    {
        NeedleKind[] kinds = Enum.GetValues<NeedleKind>();
        SourceText text = SourceText.Chronicle(8, 60_000);
        var task = new NeedleTask(engine, [text], new(kinds, [4000], 2) { Questions = 6 });
        EvaluationDocument document = task.Create(task.Cases[0]);
        Assert.Equal(kinds.Length * 6, document.Questions.Count);
        Assert.Equal(task.Cases[0].Depths.Count, document.Questions.Count);
        Assert.Equal(kinds.SelectMany(kind => Enumerable.Repeat(NeedleTask.Word(kind), 6)), document.Questions.Select(one => one.Kind));
        int[] first = [.. document.Questions[0].Tokens!];
        foreach ((int i, EvaluationQuestion question) in document.Questions.Index())
        {
            int[] tokens = [.. question.Tokens!];
            Assert.Equal(4000, tokens.Length);
            IReadOnlyList<string> values = Assert.IsType<ValuesScorer>(question.Scorer).Values;
            string[] evidence = [.. question.Evidence.Select(part => engine.Tokenizer.Decode(tokens[part]).Trim())];
            Assert.All(values, value => Assert.Contains(evidence, part => part.Contains(value, StringComparison.Ordinal)));
            string asked = engine.Tokenizer.Decode([.. question.Suffix.Take(question.Own)]);
            Assert.DoesNotContain(" is in the", asked, StringComparison.Ordinal);
            Assert.Contains("?", asked, StringComparison.Ordinal);
            if (task.Cases[0].Depths[i] is { } depth)
                Assert.InRange(question.Evidence[0].Start.Value / 4000.0, depth - 0.1, depth + 0.1);
            Assert.True(first.Zip(tokens).Count(pair => pair.First == pair.Second) > 2000, "most tokens keep their places");
        }

        // Of a person who moved twice the last move counts.
        foreach (EvaluationQuestion question in document.Questions.Where(one => one.Kind == "where"))
        {
            string person = Regex.Match(engine.Tokenizer.Decode([.. question.Suffix]), "Where is (\\w+)").Groups[1].Value;
            string told = engine.Tokenizer.Decode([.. question.Tokens!]);
            string place = Regex.Matches(told, $"{person} (?:moved|went|travelled) to the (\\w+)")[^1].Groups[1].Value;
            Assert.Equal([place], Assert.IsType<ValuesScorer>(question.Scorer).Values);
        }

        Assert.Equal(
            RewordedFact.All.Count,
            new NeedleTask(engine, [text], new([NeedleKind.Reworded], [4000], 5) { Questions = 12 }) is var facts
                ? facts.Cases.SelectMany(which => facts.Create(which).Questions)
                    .SelectMany(question => Assert.IsType<ValuesScorer>(question.Scorer).Values).Count() : 0);
    }

    [Fact]
    public void Keys_and_numbers_are_all_different()
    {
        IReadOnlyList<MagicNumbers> drawn = MagicNumbers.Draw(new(1), 300, 2);
        Assert.Equal(300, drawn.Select(one => one.Key).Distinct().Count());
        Assert.Equal(600, drawn.SelectMany(one => one.Values).Distinct().Count());
        Assert.All(drawn, one => Assert.Matches(@"^[a-z]+-[a-z]+$", one.Key));
        Assert.All(drawn.SelectMany(one => one.Values), value => Assert.Matches(@"^[1-9]\d{6}$", value));
    }

    private static SourceText Numbered(string name, int sentences) =>
        new(name, string.Concat(Enumerable.Range(1000, sentences).Select(i => $"Number {i} follows {name}. ")));

    [GeneratedRegex(@"One of the special magic numbers for ([a-z-]+) is: (\d{7})\. ?")]
    private static partial Regex Planted();
}
