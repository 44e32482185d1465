using Homer.Engine.Contexts;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.Llama;
using Homer.Kernels.Tensors;

namespace Homer.Engine.Generation;

/// <summary>Continues a context token by token; only the chosen ids ever leave the device.</summary>
public sealed class Generator : IDisposable
{
    private readonly Lifetime lifetime = new();
    private readonly LlamaModel model;
    private readonly GenerationOptions options;
    private readonly Sampling sampling;
    private readonly DeviceBuffer<int> chosen;
    private readonly DeviceBuffer<int> recent;
    private readonly DeviceBuffer<float> scratch;

    /// <summary>Prepares the generation.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How to continue.</param>
    /// <exception cref="HomerException">An option is impossible.</exception>
    public Generator(LlamaModel model, GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        this.model = model;
        this.options = options;
        sampling = new(model.Device);
        try
        {
            chosen = lifetime.Own(model.Device.Allocate<int>(1, MemoryUse.Workspace));
            recent = lifetime.Own(model.Device.Allocate<int>(options.RepetitionWindow, MemoryUse.Workspace));
            scratch = lifetime.Own(model.Device.Allocate<float>(model.Config.VocabularySize, MemoryUse.Workspace));
        }
        catch
        {
            lifetime.Dispose();
            throw;
        }
    }

    /// <summary>Bytes of device memory that a generator takes besides the context.</summary>
    public static long BytesFor(LlamaConfig config, GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(options);
        return ComputeDevice.BytesFor<int>(1) + ComputeDevice.BytesFor<int>(options.RepetitionWindow) + ComputeDevice.BytesFor<float>(config.VocabularySize);
    }

    /// <summary>Why the text ended, once it has.</summary>
    public FinishReason? FinishReason { get; private set; }

    /// <summary>Yields the new tokens one by one; a token that ends the text is not among them.</summary>
    /// <param name="context">What to continue; must have room for the tokens. Its logits are used up.</param>
    /// <param name="history">The last tokens of what was read, for the repetition penalty.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    public IEnumerable<int> Generate(Context context, IEnumerable<int>? history = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var window = new Queue<int>((history ?? []).TakeLast(options.RepetitionWindow));
        for (int step = 0; ; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            int token = Choose(context, window, step);
            if (model.Config.EndOfSequence.Contains(token))
            {
                FinishReason = Generation.FinishReason.Stop;
                yield break;
            }

            yield return token;
            if (step + 1 == options.MaxTokens)
            {
                FinishReason = Generation.FinishReason.Length;
                yield break;
            }

            if (window.Count == options.RepetitionWindow)
                window.TryDequeue(out _);
            if (options.RepetitionWindow > 0)
                window.Enqueue(token);
            context.Append([token], cancellation: cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => lifetime.Dispose();

    private int Choose(Context context, Queue<int> window, int step)
    {
        if (options.Sampling.RepetitionPenalty != 1)
            recent.Write(window.ToArray());
        sampling.Launch(chosen.View, context.Logits, scratch.View, recent.View, window.Count, model.Config.VocabularySize, options.Sampling, step);
        return chosen.Read()[0];
    }
}
