using System.Diagnostics.CodeAnalysis;
using Homer.Engine.Models;
using Homer.Kernels.Devices;

namespace Homer.Engine.Doctor;

/// <summary>
/// Checks a model from end to end, or devices alone: files, settings, tensors, tokenizer, chat template, memory, one pass and its speed.
/// What is wrong is said in the words with which opening the model refuses it. A check that fails does not keep others from being made.
/// </summary>
public sealed class ModelDoctor : IDisposable
{
    private readonly IReadOnlyList<Check> checks;
    private readonly ExaminedModel model;
    private readonly List<CheckResult> results = [];

    /// <summary>Prepares the checks; nothing is opened yet.</summary>
    /// <param name="model">The model's folder or GGUF file; null to check devices alone.</param>
    /// <param name="device">The device, as of <see cref="DeviceCatalog.Open"/>.</param>
    /// <param name="precision">How matrices are held.</param>
    /// <param name="activations">How tensor cores round activations.</param>
    [RequiresUnreferencedCode(DeviceCatalog.NeedsReflection)]
    [RequiresDynamicCode(DeviceCatalog.NeedsReflection)]
    public ModelDoctor(
        string? model, string device = "auto", WeightPrecision precision = WeightPrecision.Stored,
        ActivationPrecision activations = ActivationPrecision.Full)
    {
        ArgumentNullException.ThrowIfNull(device);
        OtherLoad.Note();
        this.model = new(model, device, precision, activations);
        checks = model is null
            ? [new DeviceCheck(), new GpuCheck(), new OtherDevicesCheck(), new CeilingsCheck()]
            :
            [
                new DeviceCheck(), new GpuCheck(), new FilesCheck(), new SettingsCheck(), new TensorsCheck(), new NumbersCheck(),
                new TokenizerCheck(), new VocabularyCheck(), new StopTokensCheck(), new TemplateCheck(), new MemoryCheck(),
                new CalibrationCheck(), new PassCheck(), new PrefillCheck(), new DecodeCheck(),
            ];
    }

    /// <summary>The names of all checks, in their order.</summary>
    public IEnumerable<string> Checks => checks.Select(check => check.Name);

    /// <summary>The results so far.</summary>
    public IReadOnlyList<CheckResult> Results => results;

    /// <summary>Whether nothing was found that keeps the model from being used.</summary>
    public bool Works => results.TrueForAll(result => result.Outcome is CheckOutcome.Ok or CheckOutcome.Warning);

    /// <summary>The results in one sentence.</summary>
    public string Summary
    {
        get
        {
            string on = model.Device is { } device ? $" on {device.Description.Id}" : "";
            string subject = model.Path.Length > 0 ? "The model" : "The device";
            string warnings = NamesOf(CheckOutcome.Warning) is { Length: > 0 } named ? $"; see {named}" : "";
            if (Works)
                return $"{subject} works{on}{warnings}.";
            string others = results.Exists(result => result.Outcome == CheckOutcome.Ok) ? $"; {NamesOf(CheckOutcome.Ok)} are fine" : "";
            return $"{subject} does not work as it is: {NamesOf(CheckOutcome.Wrong)} failed{others}.";
        }
    }

    /// <summary>Makes the next check.</summary>
    /// <param name="progress">Receives the share of the check that is done, 0 … 1; null where nobody wants it.</param>
    /// <param name="cancellation">Stops the work soon.</param>
    /// <returns>The result; null after the last check.</returns>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public CheckResult? Next(Action<double>? progress = null, CancellationToken cancellation = default)
    {
        if (results.Count == checks.Count)
            return null;
        cancellation.ThrowIfCancellationRequested();
        Check check = checks[results.Count];
        CheckResult result;
        try
        {
            result = check.Run(model, progress ?? (_ => { }), cancellation);
        }
        catch (HomerException refusal)
        {
            // A part that several checks need is refused to each of them.
            result = results.Find(earlier => earlier.Seen == refusal.Message) is { } same
                ? new(check.Name, CheckOutcome.Skipped, $"not checked, for the same reason as {same.Name}")
                : new(check.Name, CheckOutcome.Wrong, refusal.Message);
        }

        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The checks after it may still tell something.
            result = new(
                check.Name, CheckOutcome.Wrong,
                $"This should not happen: {fault.Message.TrimEnd('.')}; please report it with the name of the model.");
        }

        results.Add(result);
        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();

    private string NamesOf(CheckOutcome outcome) =>
        string.Join(", ", results.Where(result => result.Outcome == outcome).Select(result => result.Name));
}
