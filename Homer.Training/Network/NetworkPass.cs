using System.Numerics.Tensors;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Training.Documents;

namespace Homer.Training.Network;

/// <summary>One worker's forward and backward pass through the network. Its gradient accumulates until it is cleared.</summary>
internal sealed unsafe class NetworkPass : IDisposable
{
    private readonly Lifetime lifetime = new();
    private readonly ParameterLayout layout;
    private readonly FloatBlock parameters;
    private readonly PackedWeights packed;
    private readonly LayerPass layer;
    private readonly MultiTokenPrediction multiToken;
    private readonly LayerActivations[] activations;
    private readonly FloatBlock final;
    private readonly FloatBlock normalized;
    private readonly FloatBlock logits;
    private readonly FloatBlock hidden;
    private readonly FloatBlock normalizedGradient;
    private readonly IReadOnlyList<AttentionSupervision> supervisions;

    /// <summary>Allocates activations, gradients and scratch memory.</summary>
    /// <param name="layout">The layout of the parameters.</param>
    /// <param name="parameters">All parameters.</param>
    /// <param name="packed">The packed matrices.</param>
    /// <param name="capacity">The number of tokens of the largest micro-batch.</param>
    /// <param name="supervisions">The supervision of the layers' attention, at most one per layer.</param>
    public NetworkPass(
        ParameterLayout layout,
        FloatBlock parameters,
        PackedWeights packed,
        int capacity,
        IReadOnlyList<AttentionSupervision> supervisions)
    {
        this.layout = layout;
        this.parameters = parameters;
        this.packed = packed;
        this.supervisions = supervisions;
        ModelConfig config = layout.Config;
        FloatBlock Own(int perToken) => lifetime.Own(new FloatBlock(capacity * perToken));
        Gradient = lifetime.Own(new FloatBlock(layout.Length));
        layer = lifetime.Own(new LayerPass(config, parameters, Gradient, packed, capacity));
        multiToken = lifetime.Own(new MultiTokenPrediction(layout, packed, capacity));
        activations = [.. Enumerable.Range(0, config.Layers).Select(_ => lifetime.Own(new LayerActivations(config, capacity)))];
        final = Own(config.HiddenSize);
        normalized = Own(config.HiddenSize);
        logits = Own(config.VocabularySize);
        hidden = Own(config.HiddenSize);
        normalizedGradient = Own(config.HiddenSize);
    }

    /// <summary>The gradient of all parameters.</summary>
    public FloatBlock Gradient { get; }

    /// <summary>Computes the logits of every token [tokens, vocabulary]; they are valid until the next pass.</summary>
    public ReadOnlySpan<float> Forward(MicroBatch batch) => Logits(batch);

    /// <summary>Adds the losses and correct predictions of a micro-batch to a tally.</summary>
    public void Measure(MicroBatch batch, LossTally tally) => LossPass.Differentiate(Logits(batch), batch, 0, tally);

    /// <summary>Runs a forward and a backward pass and adds to the gradient.</summary>
    /// <param name="batch">The micro-batch.</param>
    /// <param name="lossScale">The factor of all losses in the gradient.</param>
    /// <param name="tally">Receives the losses and the correct predictions.</param>
    /// <returns>The weighted loss of multi-token prediction and of attention supervision, without the factor.</returns>
    public double Differentiate(MicroBatch batch, float lossScale, LossTally tally)
    {
        ModelConfig config = layout.Config;
        int width = config.HiddenSize, n = batch.Tokens;
        LossPass.Differentiate(Logits(batch), batch, lossScale, tally);
        layer.AddProduct(layout.Head, logits, normalized, n);
        packed.Backward(layout.Head, logits.Pointer, normalizedGradient.Pointer, n);
        double loss = multiToken.Differentiate(normalized.Pointer, normalizedGradient.Pointer, Gradient, batch, lossScale);

        hidden.Span.Clear();
        RmsNormPass.Backward(
            Input(batch, batch.Layers.Count).Rows(n, width),
            parameters.Of(layout.FinalNorm),
            normalizedGradient.Rows(n, width),
            hidden.Rows(n, width),
            Gradient.Of(layout.FinalNorm),
            config.RmsNormEpsilon);
        for (int j = batch.Layers.Count - 1; j >= 0; j--)
        {
            int index = batch.Layers[j];
            loss += layer.Backward(layout.Layers[index], activations[j], hidden, batch, Supervision(batch, index), lossScale);
        }

        for (int t = 0; t < n; t++)
        {
            Span<float> row = Row(Gradient, layout.Embedding, batch.Ids[t]);
            TensorPrimitives.Add(row, hidden.Span.Slice(t * width, width), row);
        }

        return loss;
    }

    public void Dispose() => lifetime.Dispose();

    private Span<float> Logits(MicroBatch batch)
    {
        ModelConfig config = layout.Config;
        int width = config.HiddenSize, n = batch.Tokens;
        for (int t = 0; t < n; t++)
            Row(parameters, layout.Embedding, batch.Ids[t]).CopyTo(Input(batch, 0).Span.Slice(t * width, width));
        for (int j = 0; j < batch.Layers.Count; j++)
        {
            int index = batch.Layers[j];
            layer.Forward(layout.Layers[index], activations[j], Input(batch, j + 1), batch, masksFacts: index < batch.MaskedLayers);
        }

        RmsNormPass.Forward(
            Input(batch, batch.Layers.Count).Rows(n, width), parameters.Of(layout.FinalNorm), normalized.Span, config.RmsNormEpsilon);
        packed.Forward(layout.Head, normalized.Pointer, logits.Pointer, n);
        return logits.Rows(n, config.VocabularySize);
    }

    /// <summary>Returns the supervision of a layer. A layer that does not see the facts is not taught to attend to them.</summary>
    private AttentionSupervision? Supervision(MicroBatch batch, int index) => supervisions.FirstOrDefault(
        one => one.Layer == index && (index >= batch.MaskedLayers || one.Kind == AttentionTargetKind.Bind));

    private static Span<float> Row(FloatBlock all, ParameterTensor table, int row) =>
        all.Span.Slice(table.Offset + (row * table.Columns), table.Columns);

    /// <summary>Returns the hidden states before the j-th layer of the micro-batch, or after the last one.</summary>
    private FloatBlock Input(MicroBatch batch, int j) => j < batch.Layers.Count ? activations[j].Input : final;
}
