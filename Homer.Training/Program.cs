using System.CommandLine;
using Homer;
using Homer.Training;
using Homer.Training.Learning;

var standard = new Recipe();
var output = new Option<string>("--out") { Description = "The folder for the model and what is kept while it is trained", Required = true, HelpName = "DIR" };
var threads = new Option<int>("--threads") { Description = "Threads", DefaultValueFactory = _ => 2, HelpName = "N" };
var steps = new Option<int>("--steps") { Description = "Steps", DefaultValueFactory = _ => standard.Steps, HelpName = "N" };
var seed = new Option<int>("--seed") { Description = "Fixes documents and first weights", DefaultValueFactory = _ => standard.Seed, HelpName = "N" };
var until = new Option<int?>("--until") { Description = "Stop after this step, to go on later [default: the last]", HelpName = "N" };
var root = new RootCommand("Makes homer-mini: its tokenizer, its weights and its calibration table. Goes on where it was stopped.") { output, threads, steps, seed, until };
root.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
try
{
    return await root.Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("Stopped; the same command goes on from here.");
    return 1;
}
catch (HomerException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}

int Run(ParseResult parsed, CancellationToken cancellation)
{
    Recipe recipe = standard with { Steps = parsed.GetValue(steps), Seed = parsed.GetValue(seed) };
    Kitchen.Make(parsed.GetRequiredValue(output), recipe, parsed.GetValue(threads), parsed.GetValue(until) ?? recipe.Steps, Console.Error, cancellation);
    return 0;
}
