using System.Numerics.Tensors;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Training.Documents;

namespace Homer.Training.Network;

/// <summary>One worker's way through the network and back. The gradient adds up until it is cleared.</summary>
internal sealed unsafe class NetworkPass : IDisposable
{
    private readonly Lifetime lifetime = new();
    private readonly ParameterLayout layout;
    private readonly FloatBlock parameters;
    private readonly PackedWeights packed;
    private readonly LayerPass layer;
    private readonly MultiTokenPrediction ahead;
    private readonly LayerActivations[] activations;
    private readonly FloatBlock final;
    private readonly FloatBlock normalized;
    private readonly FloatBlock logits;
    private readonly FloatBlock hidden;
    private readonly FloatBlock normalizedGradient;
    private readonly IReadOnlyList<AttentionSupervision> lessons;

    /// <summary>Makes room.</summary>
    /// <param name="layout">The model.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="packed">The same, packed.</param>
    /// <param name="capacity">Tokens of the largest micro-batch.</param>
    /// <param name="lessons">What layers are taught to attend to; a layer at most one thing.</param>
    public NetworkPass(ParameterLayout layout, FloatBlock parameters, PackedWeights packed, int capacity, IReadOnlyList<AttentionSupervision> lessons)
    {
        this.lessons = lessons;
        this.layout = layout;
        this.parameters = parameters;
        this.packed = packed;
        ModelConfig config = layout.Config;
        layer = lifetime.Own(new LayerPass(config, packed, capacity));
        ahead = lifetime.Own(new MultiTokenPrediction(layout, packed, capacity));
        activations = [.. Enumerable.Range(0, config.Layers).Select(_ => lifetime.Own(new LayerActivations(config, capacity)))];
        final = lifetime.Own(new FloatBlock(capacity * config.HiddenSize));
        normalized = lifetime.Own(new FloatBlock(capacity * config.HiddenSize));
        logits = lifetime.Own(new FloatBlock(capacity * config.VocabularySize));
        hidden = lifetime.Own(new FloatBlock(capacity * config.HiddenSize));
        normalizedGradient = lifetime.Own(new FloatBlock(capacity * config.HiddenSize));
        Gradient = lifetime.Own(new FloatBlock(layout.Length));
    }

    /// <summary>The gradient of all parameters.</summary>
    public FloatBlock Gradient { get; }

    /// <summary>The logits of every token [tokens, vocabulary]; valid until the next pass.</summary>
    public ReadOnlySpan<float> Forward(MicroBatch batch)
    {
        ModelConfig config = layout.Config;
        int width = config.HiddenSize, n = batch.Tokens;
        for (int t = 0; t < n; t++)
            Row(parameters, layout.Embedding, batch.Ids[t]).CopyTo(Input(batch, 0).Span.Slice(t * width, width));
        for (int j = 0; j < batch.Layers.Count; j++)
            layer.Forward(layout.Layers[batch.Layers[j]], parameters, activations[j], Input(batch, j + 1), batch, blind: batch.Layers[j] < batch.Blind);
        RmsNormPass.Forward(
            LayerPass.Rows(Input(batch, batch.Layers.Count), n, width), LayerPass.Of(parameters, layout.FinalNorm), normalized.Span, config.RmsNormEpsilon);
        packed.Forward(layout.Head, normalized.Pointer, logits.Pointer, n);
        return LayerPass.Rows(logits, n, config.VocabularySize);
    }

    /// <summary>Counts what the predictions cost.</summary>
    public void Measure(MicroBatch batch, LossTally tally)
    {
        Forward(batch);
        LossPass.Differentiate(LayerPass.Rows(logits, batch.Tokens, layout.Config.VocabularySize), batch, 0, tally);
    }

    /// <summary>Goes forward and back.</summary>
    /// <param name="batch">The micro-batch.</param>
    /// <param name="unit">What a cost of weight one counts for.</param>
    /// <param name="tally">Where to count.</param>
    /// <returns>The cost of what is taught beside the next token, weighted: what should be foreseen, and where to look.</returns>
    public double Differentiate(MicroBatch batch, float unit, LossTally tally)
    {
        ModelConfig config = layout.Config;
        int width = config.HiddenSize, n = batch.Tokens;
        Forward(batch);
        LossPass.Differentiate(LayerPass.Rows(logits, n, config.VocabularySize), batch, unit, tally);
        layer.AddProduct(Gradient, layout.Head, logits, normalized, n);
        packed.Backward(layout.Head, logits.Pointer, normalizedGradient.Pointer, n);
        double extra = ahead.Differentiate(normalized.Pointer, normalizedGradient.Pointer, Gradient, batch, unit);

        hidden.Span.Clear();
        RmsNormPass.Backward(
            LayerPass.Rows(Input(batch, batch.Layers.Count), n, width), LayerPass.Of(parameters, layout.FinalNorm), LayerPass.Rows(normalizedGradient, n, width),
            LayerPass.Rows(hidden, n, width), LayerPass.Of(Gradient, layout.FinalNorm), config.RmsNormEpsilon);
        for (int j = batch.Layers.Count - 1; j >= 0; j--)
            extra += layer.Backward(layout.Layers[batch.Layers[j]], parameters, Gradient, activations[j], hidden, batch, Lesson(batch, batch.Layers[j]), unit);
        for (int t = 0; t < n; t++)
        {
            Span<float> row = Row(Gradient, layout.Embedding, batch.Ids[t]);
            TensorPrimitives.Add(row, hidden.Span.Slice(t * width, width), row);
        }

        return extra;
    }

    public void Dispose() => lifetime.Dispose();

    /// <summary>What a layer is taught: not to look for what it does not see.</summary>
    private AttentionSupervision? Lesson(MicroBatch batch, int at) => lessons.FirstOrDefault(lesson => lesson.Layer == at && (at >= batch.Blind || lesson.Kind == GlanceKind.Bind));

    private static Span<float> Row(FloatBlock all, ParameterTensor table, int row) => all.Span.Slice(table.Offset + (row * table.Columns), table.Columns);

    /// <summary>The hidden states before the j-th of the micro-batch's layers, or after the last.</summary>
    private FloatBlock Input(MicroBatch batch, int j) => j < batch.Layers.Count ? activations[j].Input : final;
}
