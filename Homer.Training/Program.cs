using System.CommandLine;
using Homer;
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
};
var steps = new Option<int>("--steps")
{
    Description = "Number of steps in the main phase of the training",
    DefaultValueFactory = _ => standard.Steps,
    HelpName = "N",
};
var seed = new Option<int>("--seed")
{
    Description = "Seed of the documents and the initial weights",
    DefaultValueFactory = _ => standard.Seed,
    HelpName = "N",
};
var root = new RootCommand("Makes homer-mini: its tokenizer, weights and calibration table. Continues a training that was stopped.")
{
    output, threads, steps, seed,
};
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
    TrainingPipeline.Run(parsed.GetRequiredValue(output), recipe, parsed.GetValue(threads), Console.Error, cancellation);
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
    await Console.Error.WriteLineAsync("Stopped; the same command continues from here.");
    return 1;
}
catch (HomerException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
