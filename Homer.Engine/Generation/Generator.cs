using Homer.Engine.Contexts;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.Sampling;

namespace Homer.Engine.Generation;

/// <summary>Continues a context token by token; only the ids of chosen tokens leave the device.</summary>
public sealed class Generator : IDisposable
{
    private readonly TransformerModel model;
    private readonly GenerationOptions options;
    private readonly HashSet<int> ends;
    private readonly Sampler sampling;
    private readonly Confidence confidence;
    private readonly BufferSet buffers;
    private readonly DeviceBuffer<int> chosen;
    private readonly DeviceBuffer<int> recent;
    private readonly DeviceBuffer<float> scratch;
    private readonly DeviceBuffer<float> probability;
    private readonly Queue<int> forced = new();

    /// <summary>Prepares the generation.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The settings.</param>
    /// <param name="endOfSequence">A token that ends the text beside those of the model: that of its tokenizer; null for none.</param>
    /// <exception cref="HomerException">An option is impossible.</exception>
    public Generator(TransformerModel model, GenerationOptions options, int? endOfSequence = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        this.model = model;
        this.options = options;
        ends = [.. model.Config.EndOfSequence];
        if (endOfSequence is { } end)
            ends.Add(end);
        sampling = new(model.Device);
        confidence = new(model.Device);
        var plan = new Plan(model.Config, options);
        buffers = plan.Allocate(model.Device);
        chosen = buffers.Get(plan.Chosen);
        recent = buffers.Get(plan.Recent);
        scratch = buffers.Get(plan.Scratch);
        probability = buffers.Get(plan.Probability);
    }

    /// <summary>Returns the bytes of device memory that a generator takes, besides the context.</summary>
    public static long BytesFor(ModelConfig config, GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(options);
        return new Plan(config, options).Bytes();
    }

    /// <summary>The reason why the text ended, once it has.</summary>
    public FinishReason? FinishReason { get; private set; }

    /// <summary>Returns tokens that come instead of an end that the model chose, empty to end; null where every end counts.</summary>
    internal Func<IReadOnlyList<int>>? InsteadOfEnd { get; init; }

    /// <summary>Whether the input may be read again at present.</summary>
    internal bool ReadsAgain { get; set; } = true;

    /// <summary>Puts tokens in place of the next ones that the model would choose.</summary>
    internal void Force(IReadOnlyList<int> tokens)
    {
        foreach (int token in tokens)
            forced.Enqueue(token);
    }

    /// <summary>Yields the new tokens one by one; a token that ends the text is not among them.</summary>
    /// <param name="context">The context to continue; must have room for the tokens. Its logits are overwritten.</param>
    /// <param name="history">The last tokens of the input, for the repetition penalty.</param>
    /// <param name="rereading">Reads again for tokens that the model is unsure of; the context is then freed and replaced.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    public IEnumerable<int> Generate(
        KvContext context, IEnumerable<int>? history = null, IRereading? rereading = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Choose(context, history, rereading, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => buffers.Dispose();

    private IEnumerable<int> Choose(
        KvContext context, IEnumerable<int>? history, IRereading? rereading, CancellationToken cancellation)
    {
        int[] before = history is null ? [] : [.. history.TakeLast(options.RepetitionWindow)];
        List<int> answer = [];
        int lastReading = 0;
        KvContext current = context;
        // All logits once a reading, and then those of chosen tokens: what makes one of them NaN later makes all of them NaN.
        _ = current.ReadLogits();
        try
        {
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                bool mayReadAgain = rereading is not null && ReadsAgain && forced.Count == 0 && answer.Count > lastReading;
                if (mayReadAgain && rereading!.Count < options.MostReadings && IsUnsure(current, cancellation))
                {
                    current = rereading.Read(current, answer, options);
                    _ = current.ReadLogits();
                    lastReading = answer.Count;
                }

                int token = Next(current, before, answer, cancellation);
                if (ends.Contains(token))
                {
                    FinishReason = Generation.FinishReason.Stop;
                    yield break;
                }

                answer.Add(token);
                yield return token;
                if (answer.Count == options.AllTokens)
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

    private bool IsUnsure(KvContext context, CancellationToken cancellation)
    {
        if (options.Confidence == 0)
            return false;
        using Compiling.Scope compiling = Compiling.Until(cancellation);
        confidence.Launch(probability.View, context.Logits, scratch.View, model.Config.VocabularySize);
        return probability.Read()[0] < options.Confidence;
    }

    private int Next(KvContext context, int[] before, List<int> answer, CancellationToken cancellation)
    {
        if (forced.TryDequeue(out int given))
            return given;
        int token = Choose(context, before, answer, cancellation);
        if (!ends.Contains(token) || InsteadOfEnd?.Invoke() is not { Count: > 0 } others)
            return token;
        Force(others);
        return forced.Dequeue();
    }

    private int Choose(KvContext context, int[] before, List<int> answer, CancellationToken cancellation)
    {
        using Compiling.Scope compiling = Compiling.Until(cancellation);
        int[] window = options.Sampling.RepetitionPenalty == 1 ? [] : [.. before.Concat(answer).TakeLast(options.RepetitionWindow)];
        recent.Write(window);
        sampling.Launch(
            chosen.View, context.Logits, scratch.View, recent.View.SubView(0, window.Length), model.Config.VocabularySize,
            options.Sampling, step: answer.Count);
        Span<int> read = stackalloc int[2];
        chosen.Read(read);
        context.RequireFinite([BitConverter.Int32BitsToSingle(read[1])]);
        return read[0];
    }

    private sealed class Plan : BufferPlan
    {
        public Plan(ModelConfig config, GenerationOptions options)
        {
            Chosen = Add<int>(2, MemoryUse.Workspace);
            Recent = Add<int>(options.RepetitionWindow, MemoryUse.Workspace);
            Scratch = Add<float>(config.VocabularySize, MemoryUse.Workspace);
            Probability = Add<float>(1, MemoryUse.Workspace);
        }

        /// <summary>The id of the chosen token, and the bits of its logit [2].</summary>
        public Planned<DeviceBuffer<int>> Chosen { get; }

        /// <summary>The last tokens, for the repetition penalty [repetition window].</summary>
        public Planned<DeviceBuffer<int>> Recent { get; }

        /// <summary>The scratch of sampling [vocabulary].</summary>
        public Planned<DeviceBuffer<float>> Scratch { get; }

        /// <summary>The probability of the most probable token [1].</summary>
        public Planned<DeviceBuffer<float>> Probability { get; }
    }
}
