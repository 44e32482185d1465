using System.Globalization;
using System.Text;
using Homer.Engine;
using Homer.Engine.Calibration;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Recall;
using Homer.Engine.Methods.Recall.Learning;
using Homer.Engine.Models;
using Homer.Engine.Passages;
using Homer.Engine.Randomness;
using Homer.Engine.Tokenizers;
using Homer.Kernels.Devices;

namespace Homer.Training.Output;

/// <summary>Measures the calibration table of a trained model on chronicles that state no facts, and learns recall on such.</summary>
internal static class CalibrationMeasurement
{
    private const int Segments = 100;
    private const int SentencesOfChronicle = 100;
    private const int CharactersPerToken = 6;

    /// <summary>Measures the table and writes it into the model's folder.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="seed">The seed of the chronicles.</param>
    /// <param name="threads">The number of threads.</param>
    /// <param name="cancellation">Stops between layers.</param>
    public static void Write(string folder, int seed, int threads, CancellationToken cancellation)
    {
        using ComputeDevice device = DeviceCatalog.Open($"cpu:{threads}");
        using var model = TransformerModel.Load(folder, device, cancellation: cancellation);
        int length = model.Config.Window;
        ITokenizer tokenizer = TokenizerLoader.Load(folder);
        string text = Text(seed, Segments * length * CharactersPerToken);
        IReadOnlyList<int[]> segments = CalibrationSegments.Cut(tokenizer, text, Segments, length, cancellation);
        var prompt = ModelPrompt.Read(folder, tokenizer);
        var source = new SourceText("chronicles", text);
        IReadOnlyList<RecallProbe> probes = RecallProbes.Write(prompt, source, RecallProbes.UsualLength, RecallProbes.UsualCount);
        LearnedEvidence? evidence = EvidenceLearner.Learn(model, EvidenceProbes.Write(prompt, source), cancellation: cancellation);
        RecallSettings recall = RecallLearner.Learn(model, probes, cancellation: cancellation).Settings with
        {
            Evidence = evidence?.Answering,
            Related = evidence?.Related,
        };
        Calibrator.Measure(model, segments, model.Config.RopeScaling, cancellation: cancellation).WithRecall(recall).Write(
            Path.Combine(folder, CalibrationTable.FileName),
            new Dictionary<string, string> { ["segments"] = Segments.ToString(CultureInfo.InvariantCulture) },
            model);
    }

    /// <summary>Writes many chronicles, each about other people.</summary>
    private static string Text(int seed, int characters)
    {
        var text = new StringBuilder();
        for (int i = 0; text.Length < characters; i++)
        {
            var chronicle = new VillageChronicle(DerivedSeed.Mix(seed, i));
            for (int s = 0; s < SentencesOfChronicle; s++)
                text.Append(chronicle.Sentence()).Append(' ');
        }

        return text.ToString().TrimEnd();
    }
}
