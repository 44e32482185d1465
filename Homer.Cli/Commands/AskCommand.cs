using System.CommandLine;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Cli.Survivors;
using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Leaves;
using Homer.Engine.Methods.Homer.Run;

namespace Homer.Cli.Commands;

/// <summary><c>homer ask</c>: a question about a document of any length.</summary>
internal static class AskCommand
{
    public static Command Create()
    {
        var question = new Argument<string>("question") { Description = "The question" };
        Option<string> model = CommonOptions.Model();
        var document = new Option<string>("--document") { Description = "Text file of any length; - for standard input", Required = true, HelpName = "FILE" };
        Option<IContextMethod> method = MethodOption.Create();
        var prefix = new Option<string?>("--prefix") { Description = "Instructions before the document [default: the model folder's]", HelpName = "TEXT" };
        var begin = new Option<string>("--answer") { Description = "Text that the answer begins with [default: none]", DefaultValueFactory = _ => "", HelpName = "TEXT" };
        Option<string?> page = SurvivorPage.Option();
        var command = new Command("ask", "Answer a question about a document of any length") { question, model, document, method, prefix, begin, page };
        var sampling = new SamplingOptions(command, maxTokensByDefault: 64, rereads: true);
        var merging = new MergingOptions(command, "best", sampling.Seed);
        var planning = new PlanningOptions(command);
        var keep = new KeepOption(command, "none");
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellation)
        {
            GenerationOptions options = sampling.Read(parsed);
            IContextMethod reader = parsed.GetRequiredValue(method);
            SurvivorMap? survivors = parsed.GetValue(page) is null ? null : new();
            if (survivors is not null && reader is not HomerMethod)
                throw new UsageException($"--survivors shows what merging drops, which --method {reader.Name} does not do; leave one of them out.");
            planning.Check(parsed, parsed.GetRequiredValue(model), reader);
            string text = CommonOptions.ReadText(parsed.GetRequiredValue(document));
            using HomerEngine engine = parsed.LoadEngine(model, merging.CalibrationPath(parsed));
            if (options.Stop.Count == 0)
                options = options with { Stop = [engine.Template.Stop] };
            string lead = parsed.GetValue(begin)!;
            string asked = engine.Template.Ask(parsed.GetRequiredValue(question)) + (lead.Length > 0 ? " " + lead : "");
            ContextInput input = engine.Encode(parsed.GetValue(prefix) ?? engine.Template.Prefix, text, asked);
            bool json = parsed.WantsJson(), begun = false;
            var request = new ContextRequest(engine.Model, input)
            {
                Options = merging.Read(parsed, engine.Model.Config),
                Calibration = merging.WithoutCalibration(parsed) ? null : engine.Calibration,
                NewTokens = options.MaxTokens,
                Survivors = survivors,
                Cancellation = cancellation,
            };
            if (reader is HomerMethod merger)
                request = planning.Fit(parsed, merger.Prepare(request), options);
            using LeafCache? leaves = reader is HomerMethod ? keep.Create(parsed, request, options, planning.Budget(parsed)) : null;
            request = leaves?.Fit(request) ?? request;
            if (planning.Explains(parsed))
            {
                Explaining.Run(request, options, json);
                return ExitCode.Success;
            }

            Answer answer = Answering.Run(
                engine, $"Reading {input.Length:N0} tokens", progress => reader.Read(request with { Progress = progress }),
                options, input.Suffix, reader is HomerMethod ? new(reader, request, planning.Budget(parsed)) : null, json ? null : Show, cancellation);
            Answering.Report(answer, json);
            KeepOption.Report(leaves);
            if (survivors is not null)
            {
                SurvivorPage.Write(parsed.GetValue(page)!, SurvivorPageData.Create(
                    new(parsed.GetRequiredValue(document), parsed.GetRequiredValue(model), asked, answer.Text),
                    input.Document, engine.Tokenizer, survivors, request.Options.Resolve(engine.Model.Config)));
            }

            return ExitCode.Success;

            // The space that sets an answer off from its question belongs to neither.
            void Show(string piece)
            {
                string shown = begun ? piece : piece.TrimStart();
                begun |= shown.Length > 0;
                Console.Out.Write(shown);
            }
        }
    }
}
