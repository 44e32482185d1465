using Homer.Engine;
using Homer.Engine.Models;
using Homer.Engine.Tokenizers;
using Homer.Training.Documents;
using Homer.Training.Learning;
using Homer.Training.Output;
using Homer.Training.Tokenization;

namespace Homer.Training;

/// <summary>The whole recipe: tokenizer, weights, calibration table.</summary>
internal static class ModelMaking
{
    private const int ReportEvery = 25, ExamineEvery = 100, SaveEvery = 200, ExamDocuments = 24;

    /// <summary>Makes a model folder <c>model</c> inside a folder; a checkpoint beside it lets a later call go on.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recipe">The settings.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="log">Told how it goes.</param>
    /// <param name="cancellation">Stops after the current step.</param>
    public static void Make(string folder, Recipe recipe, int threads, TextWriter log, CancellationToken cancellation)
    {
        string model = Path.Combine(folder, "model");
        ModelFiles.WriteSettings(model);
        ModelConfig config = ModelConfig.Read(Path.Combine(model, "config.json"));
        PromptTemplate template = PromptTemplate.Read(model);
        TokenizerFile.Write(
            Path.Combine(model, SentencePieceModel.FileName),
            BytePairTrainer.Train(CorpusWords.Count(recipe.Seed, template), config.VocabularySize - TokenizerFile.FixedPieces));
        var writer = new DocumentWriter(new WordEncoder(TokenizerLoader.Load(model)), template);
        using (var trainer = new Trainer(config, recipe, writer, threads))
        {
            Learn(trainer, recipe, new HeldOut(writer, ExamDocuments), folder, model, new ProgressReport(log), cancellation);
        }

        CalibrationMaking.Write(model, recipe.Seed, threads, cancellation);
        log.WriteLine($"The model is in {model}.");
    }

    private static void Learn(Trainer trainer, Recipe recipe, HeldOut exam, string folder, string model, ProgressReport report, CancellationToken cancellation)
    {
        string checkpoint = Path.Combine(folder, Checkpoint.FileName);
        trainer.Resume(checkpoint);
        int begun = trainer.Step;
        while (trainer.Step < recipe.AllSteps)
        {
            double norm = trainer.Advance();
            int tokens = recipe.StageOf(trainer.Step - 1).Tokens;
            bool last = trainer.Step == recipe.AllSteps;
            if (trainer.Step % ReportEvery == 0)
                report.OnTraining(trainer.Step, tokens, (trainer.Step - begun) * (double)recipe.TokensPerStep, trainer.TakeTally(), norm);
            if (trainer.Step % ExamineEvery == 0 || last)
                report.OnHeldOut(trainer.Measure(exam.Of(tokens)));
            if (trainer.Step % SaveEvery == 0 || last || cancellation.IsCancellationRequested)
            {
                trainer.Save(checkpoint);
                ModelFiles.WriteWeights(model, trainer.Layout, trainer.Parameters);
            }

            cancellation.ThrowIfCancellationRequested();
        }
    }
}
