using System.CommandLine;
using System.Globalization;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine;
using Homer.Engine.Calibration;
using Homer.Engine.Files;
using Homer.Engine.Models;
using Homer.Engine.Weights;
using Spectre.Console;

namespace Homer.Cli.Commands;

/// <summary><c>homer info</c>: the contents of a model folder or GGUF file, which are not loaded on a device.</summary>
internal static class InfoCommand
{
    // The most bytes that are hashed unasked, in about 0.1 s; the weights of a large model take many seconds, most of them for the disk.
    private const long ReadAtOnce = 64 << 20;

    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        var hash = new Option<bool>("--fingerprint")
        {
            Description = "Read every byte of large weights that were not used before, for their fingerprint",
        };
        var command = new Command("info", "Show what a model folder or GGUF file holds, and the memory that it takes") { model, hash };
        command.SetAction(parsed =>
        {
            string folder = parsed.ModelFolder(model);
            using ModelSource opened = ModelSource.Open(folder);
            var generation = GenerationConfig.Read(folder);
            WeightFiles files = opened.Weights;
            var stored = new StoredTensors(files, opened.Config);
            stored.RefuseSurplus();
            ModelConfig config = stored.Config;
            string windows = config.WindowedLayers.Count > 0
                ? $", {config.SlidingWindow:N0} of them seen by {config.WindowedLayers.Count} of {config.Layers} layers" : "";
            IReadOnlyList<StoredType> storage = StoredType.Of(files);
            string types = string.Join(", ", storage.Select(stored => stored.Type).Order(StringComparer.Ordinal));
            long weightsInMemory = TransformerModel.WeightsBytes(folder), cacheOfWindow = config.CacheBytesPerToken * config.Window;
            string scaling = config.RopeScaling.Type.ToString().ToLowerInvariant();
            string? knows = PromptTemplate.Read(folder).Knows;
            bool reads = files.TotalBytes <= ReadAtOnce || parsed.GetValue(hash);
            string? fingerprint = reads ? files.Fingerprint : files.KnownFingerprint;
            bool calibrated = File.Exists(Path.Combine(folder, CalibrationTable.FileName));
            if (parsed.WantsJson())
            {
                Terminal.WriteJson(new
                {
                    config.Family,
                    Parameters = config.ParameterCount,
                    config.Layers,
                    config.HiddenSize,
                    config.IntermediateSize,
                    config.Heads,
                    config.KvHeads,
                    config.HeadDim,
                    config.VocabularySize,
                    config.Window,
                    config.SlidingWindow,
                    WindowedLayers = config.WindowedLayers.Order(),
                    RopeScaling = scaling,
                    config.TieWordEmbeddings,
                    WeightTypes = types,
                    WeightsBytes = files.TotalBytes,
                    config.CacheBytesPerToken,
                    Storage = storage,
                    Memory = new { WeightsBytes = weightsInMemory, WindowCacheBytes = cacheOfWindow },
                    Calibrated = calibrated,
                    Fingerprint = fingerprint,
                    stored.PassedOver,
                    stored.Note,
                    config.Notes,
                    config.EndOfSequence,
                    RecommendedSampling = generation.Recommended,
                    Knows = knows,
                });
                return ExitCode.Success;
            }

            Table table = Terminal.CreateTable("", Markup.Escape(folder));
            Row("family", config.Family);
            Row("parameters", config.ParameterCount.ToString("N0", CultureInfo.InvariantCulture));
            Row("weights", storage.Count == 1
                ? $"{types}, {Terminal.Bytes(files.TotalBytes)}"
                : $"{Terminal.Bytes(files.TotalBytes)}: {string.Join(", ", storage.Select(stored => stored.ToString()))}");
            if (stored.HasFp8)
                Row("8-bit floats", "held as they are, in 9 bits a weight with their scales; activations are not rounded");
            Row("layers", $"{config.Layers}, hidden {config.HiddenSize}, MLP {config.IntermediateSize}");
            Row("heads", $"{config.Heads} query, {config.KvHeads} key and value, of {config.HeadDim}");
            Row("vocabulary", $"{config.VocabularySize:N0}{(config.TieWordEmbeddings ? ", tied" : "")}");
            Row("window", $"{config.Window:N0} tokens{windows}, rope_theta {config.RopeTheta:0}, scaling {scaling}");
            Row("cache", $"{Terminal.Bytes(config.CacheBytesPerToken)} a token");
            Row("memory", $"{Terminal.Bytes(weightsInMemory)} of weights, {Terminal.Bytes(cacheOfWindow)} of cache for a full window");
            Row("calibration", calibrated ? CalibrationTable.FileName : "none; make it with homer calibrate");
            if (knows is not null)
                Row("knows", knows);
            Row("fingerprint", fingerprint?[..16] ?? "not known yet; --fingerprint reads all weights for it");
            if (config.EndOfSequence.Count > 0)
                Row("ends", string.Join(", ", config.EndOfSequence));
            if (generation.Recommended.Count > 0)
                Row("recommended", $"{string.Join(", ", generation.Recommended)}; not taken unless given");
            if (stored.PassedOver.Count > 0)
                Row("passed over", $"{stored.PassedOver.Count} tensors, such as {Quoted.Text(stored.PassedOver[0])}");
            foreach (string note in config.Notes)
                Row("note", note);
            Terminal.WriteTable(table);
            return ExitCode.Success;

            void Row(string name, string value) => table.AddRow(name, Markup.Escape(value));
        });
        return command;
    }
}
