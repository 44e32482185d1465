using System.Diagnostics;
using System.Globalization;
using Homer.Engine;
using Homer.Engine.Models;
using Homer.Engine.Tokenizers;
using Homer.Training.Documents;
using Homer.Training.Learning;
using Homer.Training.Network;
using Homer.Training.Output;
using Homer.Training.Tokenization;

namespace Homer.Training;

/// <summary>The whole recipe: tokenizer, weights, calibration table.</summary>
internal static class Kitchen
{
    private const int ReportEvery = 25, ExamineEvery = 100, SaveEvery = 200, ExamDocuments = 24;

    /// <summary>Makes a model folder <c>model</c> inside a folder; a checkpoint beside it lets a later call go on.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recipe">The settings.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="until">The step to stop at.</param>
    /// <param name="log">Told how it goes.</param>
    /// <param name="cancellation">Stops after the current step.</param>
    public static void Make(string folder, Recipe recipe, int threads, int until, TextWriter log, CancellationToken cancellation)
    {
        string model = Path.Combine(folder, "model"), checkpoint = Path.Combine(folder, Checkpoint.FileName);
        ModelFiles.WriteSettings(model);
        LlamaConfig config = LlamaConfig.Read(Path.Combine(model, "config.json"));
        PromptTemplate template = PromptTemplate.Read(model);
        TokenizerFile.Write(
            Path.Combine(model, SentencePieceModel.FileName),
            BytePairTrainer.Train(CorpusWords.Count(recipe.Seed, template), config.VocabularySize - TokenizerFile.FixedPieces));
        var writer = new DocumentWriter(new WordEncoder(TokenizerLoader.Load(model)), template);
        using var trainer = new Trainer(config, recipe, writer, threads);
        trainer.Resume(checkpoint);
        Learn(trainer, recipe, new HeldOut(writer, ExamDocuments), checkpoint, Math.Min(until, recipe.Steps), log, cancellation);
        ModelFiles.WriteWeights(model, trainer.Layout, trainer.Parameters);
        CalibrationMaking.Write(model, recipe.Seed, threads, cancellation);
        log.WriteLine($"The model is in {model}.");
    }

    private static void Learn(Trainer trainer, Recipe recipe, HeldOut exam, string checkpoint, int until, TextWriter log, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        int begun = trainer.Step;
        double norm = 0;
        while (trainer.Step < until)
        {
            norm = trainer.Advance();
            if (trainer.Step % ReportEvery == 0)
            {
                double speed = (trainer.Step - begun) * (double)recipe.TokensPerStep / clock.Elapsed.TotalSeconds;
                Say(log, $"{trainer.Step} T{recipe.StageOf(trainer.Step - 1).Tokens} {clock.Elapsed.TotalSeconds:F0}s {speed:F0} tok/s", trainer.TakeTally(), $" |g| {norm:F2}");
            }

            if (trainer.Step % ExamineEvery == 0 || trainer.Step == until)
                Say(log, "  held out:", trainer.Measure(exam.Of(recipe.StageOf(trainer.Step - 1).Tokens)), "");
            if (trainer.Step % SaveEvery == 0 || trainer.Step == until || cancellation.IsCancellationRequested)
                trainer.Save(checkpoint);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private static void Say(TextWriter log, string head, LossTally tally, string tail) => log.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{head} loss {tally.Loss:F3} text {tally.Cost(TokenRole.Text):F3} facts {tally.Accuracy(TokenRole.Fact):P1} ({tally.Cost(TokenRole.Fact):F3}) one fact {tally.Accuracy(TokenRole.OnlyFact):P1} keys {tally.KeyAccuracy:P1}{tail}"));
}
