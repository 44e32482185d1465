using System.CommandLine;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine.Doctor;

namespace Homer.Cli.Commands;

/// <summary><c>homer doctor</c>: what is wrong with a model or a device, and what to do.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var model = new Option<string>("--model")
        {
            Description = "Model to check: a folder in Hugging Face layout, a GGUF file, or a name in the Hugging Face cache (ORG/NAME) "
                + "[default: none; devices alone are checked]",
            HelpName = "MODEL",
        };
        var command = new Command("doctor", "Check a model from end to end, and the device that runs it, and say what to do") { model };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellation)
        {
            string? path = parsed.GetResult(model) is { Implicit: false } ? parsed.ModelFolder(model) : null;
            using var doctor = new ModelDoctor(path, parsed.DeviceName(), parsed.Precision(), parsed.PrecisionOfActivations());
            int width = doctor.Checks.Max(name => name.Length);
            foreach (string name in doctor.Checks)
            {
                CheckResult result = Terminal.ForOutput($"Checking {name}", progress => doctor.Next(progress, cancellation))!;
                if (!parsed.WantsJson())
                    Console.Out.WriteLine($"{NameOf(result.Outcome),-7}  {name.PadRight(width)}  {Terminal.OneLine(result.Sentence)}");
            }

            if (parsed.WantsJson())
            {
                Terminal.WriteJson(new
                {
                    Model = path,
                    doctor.Works,
                    doctor.Summary,
                    Checks = doctor.Results.Select(
                        result => new { result.Name, Outcome = NameOf(result.Outcome), result.Seen, result.Advice }),
                });
            }
            else
            {
                Console.Out.WriteLine(doctor.Summary);
            }

            return doctor.Works ? ExitCode.Success : ExitCode.Failed;
        }
    }

    private static string NameOf(CheckOutcome outcome) => outcome.ToString().ToLowerInvariant();
}
