using Homer.Engine.Contexts;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.Sampling;

namespace Homer.Engine.Generation;

/// <summary>Continues a context token by token; only the chosen ids ever leave the device.</summary>
public sealed class Generator : IDisposable
{
    private readonly Lifetime lifetime = new();
    private readonly TransformerModel model;
    private readonly GenerationOptions options;
    private readonly Sampler sampling;
    private readonly Confidence confidence;
    private readonly DeviceBuffer<int> chosen;
    private readonly DeviceBuffer<int> recent;
    private readonly DeviceBuffer<float> scratch;
    private readonly DeviceBuffer<float> probability;

    /// <summary>Prepares the generation.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The settings of the continuation.</param>
    /// <exception cref="HomerException">An option is impossible.</exception>
    public Generator(TransformerModel model, GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        this.model = model;
        this.options = options;
        sampling = new(model.Device);
        confidence = new(model.Device);
        try
        {
            chosen = lifetime.Own(model.Device.Allocate<int>(1, MemoryUse.Workspace));
            recent = lifetime.Own(model.Device.Allocate<int>(options.RepetitionWindow, MemoryUse.Workspace));
            scratch = lifetime.Own(model.Device.Allocate<float>(model.Config.VocabularySize, MemoryUse.Workspace));
            probability = lifetime.Own(model.Device.Allocate<float>(1, MemoryUse.Workspace));
        }
        catch
        {
            lifetime.Dispose();
            throw;
        }
    }

    /// <summary>Returns the bytes of device memory that a generator takes besides the context.</summary>
    public static long BytesFor(ModelConfig config, GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(options);
        return ComputeDevice.BytesFor<int>(1) + ComputeDevice.BytesFor<int>(options.RepetitionWindow)
            + ComputeDevice.BytesFor<float>(config.VocabularySize)
            + ComputeDevice.BytesFor<float>(1);
    }

    /// <summary>The reason why the text ended, once it has.</summary>
    public FinishReason? FinishReason { get; private set; }

    /// <summary>Yields the new tokens one by one; a token that ends the text is not among them.</summary>
    /// <param name="context">The context; must have room for the tokens. Its logits are overwritten.</param>
    /// <param name="history">The last tokens of the input, for the repetition penalty.</param>
    /// <param name="rereading">
    /// What to read again where the model is unsure; the context is then freed and another taken in its place.
    /// </param>
    /// <param name="cancellation">Stops between tokens.</param>
    public IEnumerable<int> Generate(
        KvContext context, IEnumerable<int>? history = null, IRereading? rereading = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        int[] before = history is null ? [] : [.. history.TakeLast(options.RepetitionWindow)];
        List<int> answer = [];
        int lastReading = 0;
        KvContext current = context;
        try
        {
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                if (rereading is not null && answer.Count > lastReading && rereading.Count < options.MostReadings && IsUnsure(current))
                {
                    current = rereading.Read(current, answer, options);
                    lastReading = answer.Count;
                }

                int token = Choose(current, before, answer);
                if (model.Config.EndOfSequence.Contains(token))
                {
                    FinishReason = Generation.FinishReason.Stop;
                    yield break;
                }

                answer.Add(token);
                yield return token;
                if (answer.Count == options.MaxTokens)
                {
                    FinishReason = Generation.FinishReason.Length;
                    yield break;
                }

                current.Append([token], cancellation: cancellation);
            }
        }
        finally
        {
            if (current != context)
                current.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => lifetime.Dispose();

    private bool IsUnsure(KvContext context)
    {
        if (options.Confidence == 0)
            return false;
        confidence.Launch(probability.View, context.Logits, scratch.View, model.Config.VocabularySize);
        return probability.Read()[0] < options.Confidence;
    }

    private int Choose(KvContext context, int[] before, List<int> answer)
    {
        int[] window = options.Sampling.RepetitionPenalty == 1 ? [] : [.. before.Concat(answer).TakeLast(options.RepetitionWindow)];
        recent.Write(window);
        sampling.Launch(
            chosen.View, context.Logits, scratch.View, recent.View.SubView(0, window.Length), model.Config.VocabularySize,
            options.Sampling, step: answer.Count);
        return chosen.Read()[0];
    }
}
