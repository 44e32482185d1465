using System.CommandLine;
using System.Globalization;
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
            Description = "Safetensors file to write: logits F32 [tokens or positions, vocabulary], loss F32 [tokens - 1]",
            Required = true,
            HelpName = "FILE",
        };
        var positions = new Option<string?>("--positions")
        {
            Description = "Only the logits after the first N tokens, for each of N,N,…; last for all of them",
            HelpName = "N,…",
        };
        var loss = new Option<bool>("--loss") { Description = "The loss of each next token, instead of the logits at every position" };
        var command = new Command("logits", "Write the logits of a plain forward pass, or losses") { model, ids, output, positions, loss };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellation)
        {
            string path = parsed.OutputPath(output, OutputForm.Binary);
            int[] tokens = IdsFile.ReadIds(parsed.GetRequiredValue(ids));
            if (tokens.Length == 0)
                throw new HomerException("The list of ids is empty; give at least one.");
            int[] counts = parsed.GetValue(positions) is { } list ? Counts(list, tokens.Length) : [];
            bool wantsLoss = parsed.GetValue(loss), wantsAll = counts.Length == 0 && !wantsLoss;
            if (wantsLoss && tokens.Length == 1)
                throw new HomerException("One token has no next one, whose loss could be told; give at least two.");
            using ComputeDevice device = parsed.OpenDevice();
            using var transformer = parsed.LoadModel(parsed.ModelFolder(model), device, cancellation);
            using KvContext context = KvContext.Create(transformer, transformer.Config.RopeScaling, tokens.Length);
            double? meanLoss = Terminal.WithProgress<double?>($"Reading {tokens.Length:N0} tokens", progress =>
            {
                if (!wantsAll)
                {
                    var selected = new SelectedLogits(tokens, counts, wantsLoss, transformer.Config.VocabularySize);
                    context.Append(
                        tokens, read => progress((double)read / tokens.Length), cancellation: cancellation, select: selected.Selection);
                    SafetensorsWriter.Write(path, null, selected.Parts());
                    return selected.MeanLoss;
                }

                // Each block is written once it is computed, since all logits of a long text may not fit into memory.
                SafetensorsWriter.Write(path, null,
                [
                    new("logits", SafetensorsType.F32, [tokens.Length, transformer.Config.VocabularySize], stream => context.Append(
                        tokens, read => progress((double)read / tokens.Length),
                        logits => stream.Write(MemoryMarshal.AsBytes<float>(logits)), cancellation: cancellation)),
                ]);
                return null;
            });
            if (parsed.WantsJson())
                Terminal.WriteJson(Summary(path, tokens.Length, transformer.Config.VocabularySize, counts, meanLoss));
            else if (meanLoss is { } mean)
                Terminal.Note($"Losses of {tokens.Length - 1:N0} next tokens, {mean:0.0000} on average, written to {path}");
            else
                Terminal.Note($"Logits {(wantsAll ? "of" : "after some of")} {tokens.Length:N0} tokens written to {path}");
            return ExitCode.Success;
        }
    }

    /// <summary>Returns the members of the JSON output; those of options that were not given are left out.</summary>
    private static Dictionary<string, object> Summary(string path, int tokens, int vocabulary, int[] counts, double? meanLoss)
    {
        Dictionary<string, object> summary = new() { ["out"] = path, ["tokens"] = tokens, ["vocabulary"] = vocabulary };
        if (counts.Length > 0)
            summary["positions"] = counts;
        if (meanLoss is { } mean)
            summary["loss"] = mean;
        return summary;
    }

    /// <summary>Returns the numbers of tokens after which logits are wanted, in ascending order.</summary>
    private static int[] Counts(string list, int tokens)
    {
        string[] items = list.Split(',', StringSplitOptions.TrimEntries);
        string last = tokens.ToString(CultureInfo.InvariantCulture);
        string numbers = string.Join(',', items.Select(item => item == "last" ? last : item).Distinct());
        int[] counts = NumberList.Lengths(numbers);
        return counts[^1] <= tokens
            ? counts
            : throw new UsageException($"--positions asks for the logits after {counts[^1]} tokens, but there are {tokens}; give fewer.");
    }
}
