using System.Globalization;
using System.Text;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Methods.Homer.Calibration;
using Homer.Engine.Models;
using Homer.Engine.Randomness;
using Homer.Engine.Tokenizers;
using Homer.Kernels.Devices;

namespace Homer.Training.Output;

/// <summary>Measures the calibration table of the finished model, on chronicles without a fact and never asked about.</summary>
internal static class CalibrationMaking
{
    private const int Segments = 100, SentencesOfChronicle = 100, CharactersPerToken = 6;

    /// <summary>Measures and writes it.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="seed">Fixes the chronicles.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="cancellation">Stops between layers.</param>
    public static void Write(string folder, int seed, int threads, CancellationToken cancellation)
    {
        using ComputeDevice device = DeviceCatalog.Open($"cpu:{threads}");
        using var model = TransformerModel.Load(folder, device);
        int length = model.Config.Window;
        IReadOnlyList<int[]> segments = CalibrationSegments.Cut(
            TokenizerLoader.Load(folder), Text(seed, Segments * length * CharactersPerToken), Segments, length);
        Calibrator.Measure(model, segments, model.Config.RopeScaling, cancellation: cancellation).Write(
            Path.Combine(folder, CalibrationTable.FileName),
            new Dictionary<string, string> { ["segments"] = Segments.ToString(CultureInfo.InvariantCulture), ["model_fingerprint"] = model.Fingerprint });
    }

    /// <summary>Many chronicles, of other people each.</summary>
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
