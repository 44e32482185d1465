using System.CommandLine;
using System.Diagnostics;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine.Models;
using Homer.Engine.Weights;

namespace Homer.Cli.Commands;

/// <summary><c>homer convert</c>: writes the model of a GGUF file as a folder in Hugging Face layout.</summary>
internal static class ConvertCommand
{
    private static readonly Dictionary<string, SafetensorsType> Types =
        ModelConversion.Types.Keys.ToDictionary(type => type.Name().ToLowerInvariant());

    public static Command Create()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "GGUF file, or the first of its parts",
            HelpName = "FILE",
        };
        var output = new Option<string>("--out")
        {
            Description = "Folder to create, or an empty one",
            Required = true,
            HelpName = "DIR",
        };
        Option<string> type = new Option<string>("--type")
        {
            Description = "Type of the weights: f32 keeps them exactly; f16 and bf16 round them",
            DefaultValueFactory = _ => Types.Keys.First(),
        }.OneOf([.. Types.Keys]);
        var command = new Command("convert", "Write the model of a GGUF file as a folder in Hugging Face layout") { file, output, type };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellation)
        {
            string folder = parsed.OutputFolder(output), name = parsed.GetRequiredValue(type), path = parsed.GetRequiredValue(file);
            var clock = Stopwatch.StartNew();
            ConvertedModel written = Terminal.WithProgress(
                "Converting", progress => ModelConversion.Convert(path, folder, Types[name], progress, cancellation));
            foreach (string note in written.Notes)
                Terminal.Note(note);
            if (parsed.WantsJson())
            {
                Terminal.WriteJson(new
                {
                    Out = folder,
                    Type = name,
                    written.Tensors,
                    written.WeightsBytes,
                    Seconds = clock.Elapsed.TotalSeconds,
                    Tokenizer = written.HasTokenizer,
                    ChatTemplate = written.HasTemplate,
                    written.Notes,
                });
            }
            else
            {
                Terminal.Note(
                    $"{written.Tensors} tensors, {Terminal.Bytes(written.WeightsBytes)} of {name}, written to {folder} in "
                    + $"{clock.Elapsed.TotalSeconds:0.00} s; {Said(written)}");
            }

            return ExitCode.Success;
        }
    }

    private static string Said(ConvertedModel written) => written switch
    {
        { HasTemplate: true } => "with tokenizer and chat template",
        { HasTokenizer: true } => "with tokenizer; the file has no chat template",
        _ => "without a tokenizer, so commands take token ids",
    };
}
