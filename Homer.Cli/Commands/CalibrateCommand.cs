using System.CommandLine;
using System.Globalization;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine.Calibration;
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
        var command = new Command("calibrate", "Measure a model's calibration table") { model, text, ids, output, segments, length };
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
            IReadOnlyList<int[]> chosen = idsPath is not null ? IdsFile.ReadSegments(idsPath) : CutText();
            CalibrationTable table = Terminal.WithProgress(
                $"Calibrating on {chosen.Count} segments",
                progress => Calibrator.Measure(transformer, chosen, transformer.Config.RopeScaling, progress, cancellation));
            var settings = new Dictionary<string, string> { ["segments"] = chosen.Count.ToString(CultureInfo.InvariantCulture) };
            table.Write(path, settings, transformer);
            if (parsed.WantsJson())
                Terminal.WriteJson(new { Out = path, Segments = chosen.Count, table.Layers, table.Distances });
            else
                Terminal.Note($"Table of {table.Layers} layers and {table.Distances} distances written to {path}");
            return ExitCode.Success;

            IReadOnlyList<int[]> CutText()
            {
                using DocumentText content = InputFile.OpenDocument(textPath!);
                return CalibrationSegments.Cut(
                    TokenizerLoader.Load(folder), content, parsed.GetValue(segments),
                    parsed.GetValue(length) ?? transformer.Config.Window, cancellation);
            }
        }
    }
}
