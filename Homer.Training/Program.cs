using System.CommandLine;
using Homer;
using Homer.Training;
using Homer.Training.Learning;

var standard = new Recipe();
var output = new Option<string>("--out") { Description = "Folder for the model, and for what is kept while it is trained", Required = true, HelpName = "DIR" };
var threads = new Option<int>("--threads") { Description = "Threads; another number rounds sums in another order", DefaultValueFactory = _ => 2, HelpName = "N" };
var steps = new Option<int>("--steps") { Description = "Steps of the training", DefaultValueFactory = _ => standard.Steps, HelpName = "N" };
var seed = new Option<int>("--seed") { Description = "Fixes documents and first weights", DefaultValueFactory = _ => standard.Seed, HelpName = "N" };
var root = new RootCommand("Makes homer-mini: its tokenizer, its weights and its calibration table. Where it was stopped, it goes on.") { output, threads, steps, seed };
foreach (Option<int> number in new[] { threads, steps })
{
    number.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() < 1)
            result.AddError($"{number.Name} must be at least 1.");
    });
}

root.SetAction((parsed, cancellation) =>
{
    Recipe recipe = standard with { Steps = parsed.GetValue(steps), Seed = parsed.GetValue(seed) };
    ModelMaking.Make(parsed.GetRequiredValue(output), recipe, parsed.GetValue(threads), Console.Error, cancellation);
    return Task.FromResult(0);
});
ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    await Console.Error.WriteLineAsync(parsed.Errors[0].Message);
    return 2;
}

try
{
    return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
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
