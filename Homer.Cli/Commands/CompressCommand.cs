using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Cli.Survivors;
using Homer.Engine;
using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Run;
using Homer.Engine.Reading;
using Homer.Engine.Tokenizers;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;

namespace Homer.Cli.Commands;

/// <summary>The command <c>homer compress</c>: merges a document of any length into a cache file of a fixed length.</summary>
internal static class CompressCommand
{
    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        var document = new Option<string?>("--document")
        {
            Description = "Text file of any length; - for standard input",
            HelpName = "FILE",
        };
        var prefix = new Option<string?>("--prefix")
        {
            Description = "Instructions before the document [default: the model folder's]",
            HelpName = "TEXT",
        };
        var suffix = new Option<string?>("--suffix")
        {
            Description = "Text after the document, word for word, instead of --question",
            HelpName = "TEXT",
        };
        var question = new Option<string?>("--question")
        {
            Description = "Question about the document, which decides what is kept; put into the model folder's words, as in ask",
            HelpName = "TEXT",
        };
        var ids = new Option<string?>("--ids")
        {
            Description = "JSON file {\"prefix\":[…],\"context\":[…],\"suffix\":[…]} instead of texts",
            HelpName = "FILE",
        };
        var output = new Option<string>("--out")
        {
            Description = "Cache file to write; required unless --explain is given",
            HelpName = "FILE",
        };
        Option<string?> page = SurvivorPage.Option();
        var command = new Command("compress", "Merge a document into a cache file that generate can continue")
        {
            model, document, question, prefix, suffix, ids, output, page,
        };
        var planning = new PlanningOptions(command);
        var merging = new MergingOptions(command);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellation)
        {
            string? text = parsed.GetValue(document), idsPath = parsed.GetValue(ids);
            if (text is null == idsPath is null)
                throw new UsageException("Give either --document, with --question or --suffix, or --ids.");
            string? asked = parsed.GetValue(question), after = parsed.GetValue(suffix);
            if (text is not null && string.IsNullOrWhiteSpace(asked) == string.IsNullOrEmpty(after))
                throw new UsageException("Give either --question or --suffix, which decides which tokens are kept.");
            SurvivorMap? survivors = parsed.GetValue(page) is null ? null : new();
            if (survivors is not null && text is null)
                throw new UsageException("--survivors shows a text, so it needs --document rather than --ids.");

            // --explain writes no file.
            string path = planning.Explains(parsed) ? "" : parsed.OutputPath(output, OutputForm.Binary);
            string? pagePath = survivors is null || planning.Explains(parsed) ? null : parsed.OutputPath(page!, OutputForm.Text);
            string folder = parsed.ModelFolder(model);
            planning.Check(parsed, model);
            PromptTemplate template = PromptTemplate.Read(folder);
            string end = string.IsNullOrWhiteSpace(asked) ? after ?? "" : template.Ask(asked);
            using ComputeDevice device = parsed.OpenDevice();
            using var llama = parsed.LoadModel(folder, device, cancellation);
            ITokenizer? tokenizer = idsPath is null ? TokenizerLoader.Load(folder) : null;
            using DocumentText? content = text is null ? null : InputFile.OpenDocument(text);
            ModelPrompt? prompt = tokenizer is null ? null : ModelPrompt.Read(folder, tokenizer);
            ContextInput input = prompt is null ? IdsFile.ReadInput(idsPath!) : Encode(prompt);
            CalibrationTable? table = merging.WithoutCalibration(parsed)
                ? null
                : CalibrationTable.Of(folder, merging.CalibrationPath(parsed));
            if (table?.RequireOf(llama) is { } warning)
                Terminal.Note(warning);
            ContextRequest request = merging.Apply(parsed, new(llama, input) { Cancellation = cancellation });
            var merger = (HomerMethod)new HomerMethod(merging.Read(parsed, prompt?.Preset ?? HomerOptions.Best)).WithCalibration(table);
            var reader = new DocumentReader(merger.WithSurvivors(survivors), request, budget: planning.Budget(parsed));
            planning.Report(parsed, reader);
            if (planning.Explains(parsed))
            {
                Explaining.Run(reader, parsed.WantsJson());
                return ExitCode.Success;
            }

            if (tokenizer is not null)
                Knowledge.NoteUnlessKnown(template, tokenizer, content!.Head, asked ?? "");
            var clock = Stopwatch.StartNew();
            using KvContext context = Terminal.WithProgress($"Merging {input.Length:N0} tokens", reader.Read);
            device.Synchronize();
            double seconds = clock.Elapsed.TotalSeconds;
            var reading = (HomerReading)reader.Plan!;
            CacheFile.Write(path, context, llama, reading.Request.RopeScaling ?? llama.Config.RopeScaling, Describe(reading));
            if (survivors is not null)
            {
                var heading = new SurvivorPageHeading(text!, folder, end, null);
                SurvivorPage.Write(
                    pagePath!,
                    SurvivorPageData.Create(heading, input.Document, tokenizer!, survivors));
            }

            MemoryReport memory = MemoryReport.Of(device, context);
            if (parsed.WantsJson())
            {
                Terminal.WriteJson(new
                {
                    Out = path,
                    InputTokens = input.Length,
                    Tokens = context.Length,
                    Seconds = seconds,
                    Memory = memory,
                });
            }
            else
            {
                Terminal.Note(
                    $"{input.Length:N0} tokens merged into {context.Length:N0} in {seconds:0.00} s; "
                    + $"peak memory {Terminal.Bytes(memory.PeakBytes)}; written to {path}");
            }

            return ExitCode.Success;

            ContextInput Encode(ModelPrompt words) => new(
                words.Prefix(parsed.GetValue(prefix)),
                words.Document(content!, cancellation),
                asked is { Length: > 0 } ? words.Suffix(asked) : tokenizer!.Encode(end, beginOfSequence: false, cancellation));
        }
    }

    /// <summary>Returns every setting by the name of its option, and the lengths of the input.</summary>
    private static Dictionary<string, string> Describe(HomerReading reading)
    {
        (ResolvedHomerOptions options, ContextInput input) = (reading.Options, reading.Request.Input);
        var settings = new Dictionary<string, string>
        {
            ["prefix_tokens"] = Text(input.Prefix.Count),
            ["context_tokens"] = Text(input.Document.Count),
            ["suffix_tokens"] = Text(input.Suffix.Count),
            ["chunk"] = Text(options.Chunk),
            ["target"] = Text(options.Target),
            ["warmup"] = Text(options.Warmup),
            ["initial_chunk"] = Text(options.InitialChunk),
            ["full_leaves"] = Text(options.FullLeaves),
            ["overlap"] = Text(options.Overlap),
            ["pruning"] = Text(options.Pruning),
            ["refinement"] = Text(options.Refinement),
            ["pooling"] = Text(options.Pooling),
            ["accumulate"] = Text(options.Accumulate),
            ["accumulate_from"] = Text(options.AccumulateFrom),
            ["reread"] = Text(options.RereadSuffix),
            ["recompute"] = Text(options.Recompute),
            ["cache_type"] = reading.Request.CacheType == CacheType.Float16 ? "f16" : "f32",
            ["seed"] = Text(options.Seed),
        };
        return settings;

        static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!.ToLowerInvariant();
    }
}
