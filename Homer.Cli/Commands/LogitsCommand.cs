using System.CommandLine;
using System.Runtime.InteropServices;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine.Contexts;
using Homer.Engine.Weights;
using Homer.Kernels.Devices;

namespace Homer.Cli.Commands;

/// <summary><c>homer logits</c>: the logits of a plain forward pass, for comparison with other engines.</summary>
internal static class LogitsCommand
{
    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        var ids = new Option<string>("--ids") { Description = "JSON file {\"ids\":[…]} of the tokens", Required = true, HelpName = "FILE" };
        var output = new Option<string>("--out")
        {
            Description = "Safetensors file to write: logits F32 [tokens, vocabulary]",
            Required = true,
            HelpName = "FILE",
        };
        var command = new Command("logits", "Write the logits of a plain forward pass at every position") { model, ids, output };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellation)
        {
            string path = parsed.OutputPath(output);
            int[] tokens = IdsFile.ReadIds(parsed.GetRequiredValue(ids));
            if (tokens.Length == 0)
                throw new HomerException("The list of ids is empty; give at least one.");
            using ComputeDevice device = parsed.OpenDevice();
            using var transformer = parsed.LoadModel(parsed.GetRequiredValue(model), device);
            using KvContext context = KvContext.Create(transformer, transformer.Config.RopeScaling, tokens.Length);
            Terminal.WithProgress($"Reading {tokens.Length:N0} tokens", progress =>
            {
                // Each block is written once it is computed, since all logits of a long text may not fit into memory.
                SafetensorsWriter.Write(path, null,
                [
                    new("logits", SafetensorsType.F32, [tokens.Length, transformer.Config.VocabularySize], stream => context.Append(
                        tokens, read => progress((double)read / tokens.Length),
                        logits => stream.Write(MemoryMarshal.AsBytes<float>(logits)), cancellation)),
                ]);
                return 0;
            });
            if (parsed.WantsJson())
                Terminal.WriteJson(new { Out = path, Tokens = tokens.Length, Vocabulary = transformer.Config.VocabularySize });
            else
                Terminal.Note($"Logits of {tokens.Length:N0} tokens written to {path}");
            return ExitCode.Success;
        }
    }
}
