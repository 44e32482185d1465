using Homer.Engine;
using Homer.Engine.Models;
using Homer.Engine.Tokenizers;
using Homer.Training.Documents;
using Homer.Training.Learning;
using Homer.Training.Output;
using Homer.Training.Tokenization;

namespace Homer.Training;

/// <summary>Makes a model folder from nothing: first the tokenizer, then the weights, last the calibration table.</summary>
internal static class TrainingPipeline
{
    // In steps.
    private const int ReportInterval = 25;
    private const int ValidationInterval = 100;
    private const int SaveInterval = 200;

    private const int ValidationDocuments = 24;
    private const string ModelFolder = "model";

    /// <summary>Makes the model folder <c>model</c> inside a folder. A checkpoint beside it lets a later call continue.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recipe">The settings.</param>
    /// <param name="threads">The number of threads.</param>
    /// <param name="log">Receives the progress.</param>
    /// <param name="cancellation">Stops after the current step.</param>
    /// <exception cref="HomerException">
    /// A file cannot be read or written, or the checkpoint is from a training with other settings.
    /// </exception>
    public static void Run(string folder, Recipe recipe, int threads, TextWriter log, CancellationToken cancellation)
    {
        string model = Path.Combine(folder, ModelFolder);
        ModelFiles.WriteSettings(model);
        ModelConfig config = ModelConfig.Read(Path.Combine(model, "config.json"));
        PromptTemplate template = PromptTemplate.Read(model);
        TokenizerFile.Write(
            Path.Combine(model, SentencePieceModel.FileName),
            BytePairTrainer.Train(CorpusWords.Count(recipe.Seed, template), config.VocabularySize - TokenizerFile.FixedPieces));
        var writer = new DocumentWriter(new WordEncoder(TokenizerLoader.Load(model)), template);
        using (var trainer = new Trainer(config, recipe, writer, threads))
        {
            Train(trainer, recipe, new ValidationSet(writer, ValidationDocuments), folder, new ProgressReport(log), cancellation);
        }

        CalibrationMeasurement.Write(model, recipe.Seed, threads, cancellation);
        log.WriteLine($"The model is in {model}.");
    }

    private static void Train(
        Trainer trainer, Recipe recipe, ValidationSet validation, string folder, ProgressReport report, CancellationToken cancellation)
    {
        string checkpoint = Path.Combine(folder, Checkpoint.FileName);
        trainer.Resume(checkpoint);
        int begun = trainer.Step;
        while (trainer.Step < recipe.AllSteps)
        {
            double norm = trainer.Advance();
            int tokens = recipe.StageOf(trainer.Step - 1).Tokens;
            bool last = trainer.Step == recipe.AllSteps;
            if (trainer.Step % ReportInterval == 0)
            {
                double learned = (trainer.Step - begun) * (double)recipe.TokensPerStep;
                report.OnTraining(trainer.Step, tokens, learned, trainer.TakeTally(), norm);
            }

            if (trainer.Step % ValidationInterval == 0 || last)
                report.OnValidation(trainer.Measure(validation.Of(tokens)));
            if (trainer.Step % SaveInterval == 0 || last || cancellation.IsCancellationRequested)
            {
                trainer.Save(checkpoint);
                ModelFiles.WriteWeights(Path.Combine(folder, ModelFolder), trainer.Layout, trainer.Parameters);
            }

            cancellation.ThrowIfCancellationRequested();
        }
    }
}
