using System.CommandLine;
using System.Globalization;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine;
using Homer.Engine.Calibration;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Recall;
using Homer.Engine.Methods.Recall.Learning;
using Homer.Engine.Models;
using Homer.Engine.Passages;
using Homer.Engine.Tokenizers;
using Homer.Kernels.Devices;

namespace Homer.Cli.Commands;

/// <summary><c>homer calibrate</c>: measures the calibration table, relative to which tokens are pruned.</summary>
internal static class CalibrateCommand
{
    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        var text = new Option<string?>("--text")
        {
            Description = "File of ordinary text, unrelated to later documents; - for standard input",
            HelpName = "FILE",
        };
        var ids = new Option<string?>("--ids") { Description = "JSON file {\"segments\":[[…],…]} instead of a text", HelpName = "FILE" };
        var output = new Option<string>("--out")
        {
            Description = $"File to write; other commands use {CalibrationTable.FileName} in the model folder by default",
            Required = true,
            HelpName = "FILE",
        };
        var segments = new Option<int>("--segments")
        {
            Description = "Number of segments to take from the text",
            DefaultValueFactory = _ => 100,
            HelpName = "N",
        }.AtLeast(1);
        var length = new Option<int?>("--length")
        {
            Description = "Length of a segment in tokens [default: the model's window]",
            HelpName = "N",
        }.AtLeast(1);
        var recall = new Option<bool>("--recall")
        {
            Description = "Whether to learn for --method recall which heads look for an answer; needs --text [default: true]",
            DefaultValueFactory = _ => true,
            HelpName = "true|false",
        };
        var command = new Command("calibrate", "Measure a model's calibration table")
        {
            model, text, ids, output, segments, length, recall,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellation)
        {
            string? textPath = parsed.GetValue(text), idsPath = parsed.GetValue(ids);
            if (textPath is null == idsPath is null)
                throw new UsageException("Give either --text or --ids.");
            string path = parsed.OutputPath(output, OutputForm.Binary), folder = parsed.ModelFolder(model);
            using ComputeDevice device = parsed.OpenDevice();
            using var transformer = parsed.LoadModel(folder, device, cancellation);
            string? read = textPath is null ? null : InputFile.ReadDocument(textPath);
            // A model that is calibrated on ids needs no tokenizer.
            ITokenizer? tokenizer = read is null ? null : TokenizerLoader.Load(folder);
            IReadOnlyList<int[]> chosen = idsPath is not null ? IdsFile.ReadSegments(idsPath) : CutText(read!);
            CalibrationTable table = Terminal.WithProgress(
                $"Calibrating on {chosen.Count} segments",
                progress => Calibrator.Measure(transformer, chosen, transformer.Config.RopeScaling, progress, cancellation));
            LearnedRecall? learned = read is not null && parsed.GetValue(recall) ? Learn(Prompt, transformer, read, cancellation) : null;
            if (learned is not null)
                table = table.WithRecall(learned.Settings);
            var settings = new Dictionary<string, string> { ["segments"] = chosen.Count.ToString(CultureInfo.InvariantCulture) };
            table.Write(path, settings, transformer);
            if (parsed.WantsJson())
                Terminal.WriteJson(new { Out = path, Segments = chosen.Count, table.Layers, table.Distances, Recall = Shown(learned) });
            else
                Terminal.Note($"Table of {table.Layers} layers and {table.Distances} distances written to {path}{Said(learned)}");
            return ExitCode.Success;

            IReadOnlyList<int[]> CutText(string whole) => CalibrationSegments.Cut(
                tokenizer!, whole, parsed.GetValue(segments), parsed.GetValue(length) ?? transformer.Config.Window, cancellation);

            ModelPrompt Prompt() => ModelPrompt.Read(folder, tokenizer!);
        }
    }

    /// <summary>Learns the settings of recall; null, with a note, where the text is too short for it.</summary>
    private static LearnedRecall? Learn(Func<ModelPrompt> prompt, TransformerModel model, string text, CancellationToken cancellation)
    {
        IReadOnlyList<RecallProbe> probes;
        IReadOnlyList<EvidenceProbe> questions;
        try
        {
            ModelPrompt words = prompt();
            var source = new SourceText("text", text);
            probes = RecallProbes.Write(words, source, RecallProbes.UsualLength, RecallProbes.UsualCount);
            questions = EvidenceProbes.Write(words, source);
        }
        catch (HomerException error)
        {
            Terminal.Note($"Nothing is learned for --method recall: {error.Message}");
            return null;
        }

        LearnedRecall learned = Terminal.WithProgress(
            $"Learning where questions look, on {probes.Count} documents",
            progress => RecallLearner.Learn(model, probes, progress: progress, cancellation: cancellation));
        LearnedEvidence? least = Terminal.WithProgress(
            $"Learning what answers them, on {questions.Count} questions",
            progress => EvidenceLearner.Learn(model, questions, progress, cancellation));
        return learned with { Settings = learned.Settings with { Evidence = least?.Answering, Related = least?.Related } };
    }

    private static string Said(LearnedRecall? learned) => learned is null
        ? ""
        : $"; for --method recall heads {string.Join("+", learned.Settings.Heads)} look, {learned.Settings.Tokens} tokens are read with "
            + $"{learned.Settings.Neighbours} neighbours each ({string.Join(", ", learned.Found.Select(Percent))})"
            + (learned.Settings.Evidence is { } least
                ? string.Create(CultureInfo.InvariantCulture, $"; what answers a question says {least:P0} of it")
                : "");

    private static string Percent((int Tokens, double Share) found) =>
        string.Create(CultureInfo.InvariantCulture, $"{found.Share:P0} of answers among {found.Tokens}");

    private static object? Shown(LearnedRecall? learned) => learned is null ? null : new
    {
        Heads = learned.Settings.Heads.Select(head => head.ToString()),
        Question = learned.Settings.Question.ToString().ToLowerInvariant(),
        learned.Settings.Tokens,
        learned.Settings.Neighbours,
        learned.Settings.Threshold,
        learned.Settings.Evidence,
        learned.Settings.Related,
        Found = learned.Found.Select(found => new { found.Tokens, found.Share }),
        Alone = learned.Heads.Select(head => new { Head = head.Head.ToString(), head.Margin }),
    };
}
