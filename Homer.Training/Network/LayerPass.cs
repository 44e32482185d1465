using Homer.Engine.Models;
using Homer.Kernels.Devices;

namespace Homer.Training.Network;

/// <summary>A decoder layer: x += attention(norm(x)), x += mlp(norm(x)); and its gradient.</summary>
internal sealed unsafe class LayerPass : IDisposable
{
    private readonly Lifetime lifetime = new();
    private readonly ModelConfig config;
    private readonly PackedWeights packed;
    private readonly RotaryPass rotary;
    private readonly AttentionPass attention;
    private readonly FloatBlock panels;
    private readonly FloatBlock inner;
    private readonly FloatBlock innerUp;
    private readonly FloatBlock normalized;
    private readonly FloatBlock mixed;
    private readonly FloatBlock query;
    private readonly FloatBlock key;
    private readonly FloatBlock value;

    public LayerPass(ModelConfig config, PackedWeights packed, int tokens)
    {
        this.config = config;
        this.packed = packed;
        rotary = new(config);
        attention = lifetime.Own(new AttentionPass(config));
        int width = config.HiddenSize, queryWidth = config.Heads * config.HeadDim, keyWidth = config.KvHeads * config.HeadDim;
        FloatBlock Own(int perToken) => lifetime.Own(new FloatBlock(tokens * perToken));
        panels = Own(Math.Max(width, Math.Max(queryWidth, config.IntermediateSize)));
        inner = Own(config.IntermediateSize);
        innerUp = Own(config.IntermediateSize);
        normalized = Own(width);
        mixed = Own(queryWidth);
        query = Own(queryWidth);
        key = Own(keyWidth);
        value = Own(keyWidth);
    }

    /// <summary>Runs a layer.</summary>
    /// <param name="w">Its parameters.</param>
    /// <param name="parameters">All parameters.</param>
    /// <param name="a">Its activations; the input is there.</param>
    /// <param name="output">Where the hidden states go.</param>
    /// <param name="batch">The micro-batch.</param>
    /// <param name="blind">Whether questions do not see what is told.</param>
    public void Forward(LayerParameters w, FloatBlock parameters, LayerActivations a, FloatBlock output, MicroBatch batch, bool blind)
    {
        int n = batch.Tokens, width = config.HiddenSize;
        RmsNormPass.Forward(Rows(a.Input, n, width), Of(parameters, w.InputNorm), a.Normalized.Span, config.RmsNormEpsilon);
        packed.Forward(w.Query, a.Normalized.Pointer, a.Query.Pointer, n);
        packed.Forward(w.Key, a.Normalized.Pointer, a.Key.Pointer, n);
        packed.Forward(w.Value, a.Normalized.Pointer, a.Value.Pointer, n);
        rotary.Turn(Rows(a.Query, n, w.Query.Rows), config.Heads, batch.Sequence, back: false, Scale);
        rotary.Turn(Rows(a.Key, n, w.Key.Rows), config.KvHeads, batch.Sequence, back: false);
        attention.Forward(a.Query.Pointer, a.Key.Pointer, a.Value.Pointer, a.Weights.Pointer, a.Mixed.Pointer, batch, blind);
        Rows(a.Input, n, width).CopyTo(a.Middle.Span);
        packed.Forward(w.Output, a.Mixed.Pointer, a.Middle.Pointer, n, add: true);
        RmsNormPass.Forward(Rows(a.Middle, n, width), Of(parameters, w.PostAttentionNorm), a.MiddleNormalized.Span, config.RmsNormEpsilon);
        packed.Forward(w.Gate, a.MiddleNormalized.Pointer, a.Gate.Pointer, n);
        packed.Forward(w.Up, a.MiddleNormalized.Pointer, a.Up.Pointer, n);
        int size = config.IntermediateSize;
        SwiGluPass.Forward(Rows(a.Gate, n, size), Rows(a.Up, n, size), a.Activated.Span);
        Rows(a.Middle, n, width).CopyTo(output.Span);
        packed.Forward(w.Down, a.Activated.Pointer, output.Pointer, n, add: true);
    }

    /// <summary>Goes back through a layer.</summary>
    /// <param name="w">Its parameters.</param>
    /// <param name="parameters">All parameters.</param>
    /// <param name="gradient">Their gradient, added to.</param>
    /// <param name="a">The layer's activations.</param>
    /// <param name="hidden">The gradient of the hidden states after the layer; becomes that before it.</param>
    /// <param name="batch">The micro-batch.</param>
    /// <param name="lesson">What the layer is taught, or null.</param>
    /// <param name="unit">What a cost of weight one counts for.</param>
    /// <returns>What was missed where it should have looked.</returns>
    public double Backward(
        LayerParameters w, FloatBlock parameters, FloatBlock gradient, LayerActivations a, FloatBlock hidden, MicroBatch batch,
        AttentionSupervision? lesson, float unit)
    {
        int n = batch.Tokens, width = config.HiddenSize, size = config.IntermediateSize;
        AddProduct(gradient, w.Down, hidden, a.Activated, n);
        packed.Backward(w.Down, hidden.Pointer, inner.Pointer, n);
        SwiGluPass.Backward(Rows(a.Gate, n, size), Rows(a.Up, n, size), Rows(inner, n, size), Rows(innerUp, n, size));
        AddProducts(gradient, a.MiddleNormalized, n, (w.Gate, inner), (w.Up, innerUp));
        packed.Backward(w.Gate, inner.Pointer, normalized.Pointer, n);
        packed.Backward(w.Up, innerUp.Pointer, normalized.Pointer, n, add: true);
        Normalize(a.Middle, w.PostAttentionNorm);

        AddProduct(gradient, w.Output, hidden, a.Mixed, n);
        packed.Backward(w.Output, hidden.Pointer, mixed.Pointer, n);
        double missed = attention.Backward(
            a.Query.Pointer, a.Key.Pointer, a.Value.Pointer, a.Weights.Pointer, mixed.Pointer, query.Pointer, key.Pointer, value.Pointer,
            batch, lesson, unit);
        rotary.Turn(Rows(query, n, w.Query.Rows), config.Heads, batch.Sequence, back: true, Scale);
        rotary.Turn(Rows(key, n, w.Key.Rows), config.KvHeads, batch.Sequence, back: true);
        AddProducts(gradient, a.Normalized, n, (w.Query, query), (w.Key, key), (w.Value, value));
        packed.Backward(w.Query, query.Pointer, normalized.Pointer, n);
        packed.Backward(w.Key, key.Pointer, normalized.Pointer, n, add: true);
        packed.Backward(w.Value, value.Pointer, normalized.Pointer, n, add: true);
        Normalize(a.Input, w.InputNorm);
        return missed;

        void Normalize(FloatBlock input, ParameterTensor norm) => RmsNormPass.Backward(
            Rows(input, n, width), Of(parameters, norm), Rows(normalized, n, width), Rows(hidden, n, width), Of(gradient, norm), config.RmsNormEpsilon);
    }

    /// <summary>dw += dyᵀ·x.</summary>
    public void AddProduct(FloatBlock gradient, ParameterTensor w, FloatBlock dy, FloatBlock x, int tokens) => AddProducts(gradient, x, tokens, (w, dy));

    public void Dispose() => lifetime.Dispose();

    internal static Span<float> Rows(FloatBlock block, int rows, int width) => block.Span[..(rows * width)];

    internal static Span<float> Of(FloatBlock all, ParameterTensor tensor) => all.Span.Slice(tensor.Offset, tensor.Length);

    private float Scale => 1 / MathF.Sqrt(config.HeadDim);

    /// <summary>The same for several matrices of one input.</summary>
    private void AddProducts(FloatBlock gradient, FloatBlock x, int tokens, params ReadOnlySpan<(ParameterTensor W, FloatBlock Dy)> outputs)
    {
        int columns = outputs[0].W.Columns;
        Products.Best.PackColumns(x.Pointer, columns, tokens, columns, panels.Pointer);
        foreach ((ParameterTensor w, FloatBlock dy) in outputs)
        {
            Products.Best.MultiplyTransposed(
                dy.Pointer, w.Rows, panels.Pointer, tokens, tokens, gradient.Pointer + w.Offset, columns, w.Rows, columns, add: true);
        }
    }
}
