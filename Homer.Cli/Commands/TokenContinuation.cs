using System.CommandLine;
using System.Diagnostics;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Plain;
using Homer.Engine.Models;
using Homer.Engine.Tokenizers;
using Homer.Kernels.Devices;

namespace Homer.Cli.Commands;

/// <summary>
/// <c>homer generate --ids</c>: continues tokens. The model needs no tokenizer; where it has one, the result in JSON has the text as well.
/// </summary>
internal static class TokenContinuation
{
    /// <summary>Reads the tokens, continues them up to a token that ends the text, and writes the new ones.</summary>
    public static int Run(ParseResult parsed, string folder, int[] ids, GenerationOptions options, CancellationToken cancellation)
    {
        if (ids.Length == 0)
            throw new HomerException("The list of ids is empty; give at least one.");
        if (options.Stop.Count > 0)
            throw new UsageException("--stop ends a text, and --ids gives tokens; leave one of them out.");
        using ComputeDevice device = parsed.OpenDevice();
        using TransformerModel model = parsed.LoadModel(folder, device, cancellation);
        device.Memory.ResetPeak();
        var clock = Stopwatch.StartNew();
        var request = new ContextRequest(model, new([], [], ids)) { NewTokens = options.MaxTokens, Cancellation = cancellation };
        using KvContext context = Terminal.WithProgress(
            $"Reading {ids.Length:N0} tokens", progress => new PlainMethod().Read(request with { Progress = progress }));
        device.Synchronize();
        double prefill = clock.Elapsed.TotalSeconds;
        using var generator = new Generator(model, options);
        bool json = parsed.WantsJson();
        List<int> tokens = [];
        foreach (int token in generator.Generate(context, ids, cancellation: cancellation))
        {
            if (!json)
                Console.Out.Write(tokens.Count > 0 ? $" {token}" : $"{token}");
            tokens.Add(token);
        }

        string reason = generator.FinishReason!.Value.ToString().ToLowerInvariant();
        Timings timings = Answering.Time(prefill, clock.Elapsed.TotalSeconds - prefill, tokens.Count);
        Answering.Report(new(json ? TextOf(folder, tokens) : "", tokens, reason, 0, timings, MemoryReport.Of(device, context)), json);
        return ExitCode.Success;
    }

    /// <summary>Returns the text of new tokens; empty for a model without a tokenizer that can be read.</summary>
    private static string TextOf(string folder, List<int> tokens)
    {
        try
        {
            StreamingDecoder decoder = TokenizerLoader.Load(folder).CreateDecoder(continues: true);
            return string.Concat(tokens.Select(decoder.Append)) + decoder.Flush();
        }
        catch (HomerException)
        {
            return "";
        }
    }
}
