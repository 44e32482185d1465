using System.CommandLine;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Cli.Running;
using Homer.Training;
using Homer.Training.Learning;

var standard = new Recipe();
var output = new Option<string>("--out")
{
    Description = "Folder for the model and its checkpoint",
    Required = true,
    HelpName = "DIR",
};
var threads = new Option<int>("--threads")
{
    Description = "Number of threads; it changes the order in which sums are rounded",
    DefaultValueFactory = _ => 2,
    HelpName = "N",
}.AtLeast(1);
var steps = new Option<int>("--steps")
{
    Description = "Number of steps in the main phase of the training",
    DefaultValueFactory = _ => standard.Steps,
    HelpName = "N",
}.AtLeast(1);
var seed = new Option<int>("--seed")
{
    Description = "Seed of the documents and the initial weights",
    DefaultValueFactory = _ => standard.Seed,
    HelpName = "N",
};
return CommandRun.Run(
    stopping =>
    {
        var root = new RootCommand("Makes homer-mini: its tokenizer, weights and calibration table. Continues a training that was stopped.")
        {
            output, threads, steps, seed,
        };
        root.SetAction((parsed, cancellation) =>
        {
            Recipe recipe = standard with { Steps = parsed.GetValue(steps), Seed = parsed.GetValue(seed) };
            TrainingPipeline.Run(parsed.GetRequiredValue(output), recipe, parsed.GetValue(threads), Console.Error, cancellation);
            return Task.FromResult(ExitCode.Success);
        });
        ParseResult parsed = CommandLineParser.Parse(root, args);
        return parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stopping);
    },
    "Stopped; the same command continues from here.",
    mayFinish: true);
