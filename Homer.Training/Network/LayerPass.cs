using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.MatMul.Cpu;

namespace Homer.Training.Network;

/// <summary>A decoder layer, x += attention(norm(x)), x += mlp(norm(x)), and its gradient.</summary>
internal sealed unsafe class LayerPass : IDisposable
{
    private readonly Lifetime lifetime = new();
    private readonly ModelConfig config;
    private readonly FloatBlock parameters;
    private readonly FloatBlock gradient;
    private readonly PackedWeights packed;
    private readonly RopePass rope;
    private readonly AttentionPass attention;
    private readonly FloatBlock panels;
    private readonly FloatBlock inner;
    private readonly FloatBlock innerUp;
    private readonly FloatBlock normalized;
    private readonly FloatBlock attentionOutput;
    private readonly QueryKeyValue attentionGradient;

    /// <summary>Allocates the scratch memory that all layers share.</summary>
    /// <param name="config">The shape of the model.</param>
    /// <param name="parameters">All parameters.</param>
    /// <param name="gradient">The gradient of all parameters, which <see cref="Backward"/> adds to.</param>
    /// <param name="packed">The packed matrices.</param>
    /// <param name="tokens">The number of tokens of the largest micro-batch.</param>
    public LayerPass(ModelConfig config, FloatBlock parameters, FloatBlock gradient, PackedWeights packed, int tokens)
    {
        this.config = config;
        this.parameters = parameters;
        this.gradient = gradient;
        this.packed = packed;
        rope = new(config);
        attention = lifetime.Own(new AttentionPass(config));
        int width = config.HiddenSize, queryWidth = config.Heads * config.HeadDim, keyWidth = config.KvHeads * config.HeadDim;
        FloatBlock Own(int perToken) => lifetime.Own(new FloatBlock(tokens * perToken));
        panels = Own(Math.Max(width, Math.Max(queryWidth, config.IntermediateSize)));
        inner = Own(config.IntermediateSize);
        innerUp = Own(config.IntermediateSize);
        normalized = Own(width);
        attentionOutput = Own(queryWidth);
        attentionGradient = new(Own(queryWidth), Own(keyWidth), Own(keyWidth));
    }

    private float Scale => 1 / MathF.Sqrt(config.HeadDim);

    /// <summary>Runs a layer.</summary>
    /// <param name="w">The parameters of the layer.</param>
    /// <param name="a">The activations of the layer, with their input; receives the others.</param>
    /// <param name="output">Receives the hidden states after the layer [tokens, width].</param>
    /// <param name="batch">The micro-batch.</param>
    /// <param name="masksFacts">True if questions do not see the sentences that state facts.</param>
    public void Forward(LayerParameters w, LayerActivations a, FloatBlock output, MicroBatch batch, bool masksFacts)
    {
        int n = batch.Tokens, width = config.HiddenSize, size = config.IntermediateSize;
        RmsNormPass.Forward(a.Input.Rows(n, width), parameters.Of(w.InputNorm), a.InputNormalized.Span, config.RmsNormEpsilon);
        packed.Forward(w.Query, a.InputNormalized.Pointer, a.Attention.Query.Pointer, n);
        packed.Forward(w.Key, a.InputNormalized.Pointer, a.Attention.Key.Pointer, n);
        packed.Forward(w.Value, a.InputNormalized.Pointer, a.Attention.Value.Pointer, n);
        Rotate(a.Attention, batch, inverse: false);
        attention.Forward(a.Attention, a.AttentionWeights.Pointer, a.AttentionOutput.Pointer, batch, masksFacts);
        a.Input.Rows(n, width).CopyTo(a.Middle.Span);
        packed.Forward(w.Output, a.AttentionOutput.Pointer, a.Middle.Pointer, n, add: true);
        RmsNormPass.Forward(a.Middle.Rows(n, width), parameters.Of(w.PostAttentionNorm), a.MiddleNormalized.Span, config.RmsNormEpsilon);
        packed.Forward(w.Gate, a.MiddleNormalized.Pointer, a.Gate.Pointer, n);
        packed.Forward(w.Up, a.MiddleNormalized.Pointer, a.Up.Pointer, n);
        SwiGluPass.Forward(a.Gate.Rows(n, size), a.Up.Rows(n, size), a.Activated.Span);
        a.Middle.Rows(n, width).CopyTo(output.Span);
        packed.Forward(w.Down, a.Activated.Pointer, output.Pointer, n, add: true);
    }

    /// <summary>Computes the gradient of a layer.</summary>
    /// <param name="w">The parameters of the layer.</param>
    /// <param name="a">The activations of the layer.</param>
    /// <param name="hidden">The gradient of the hidden states after the layer; becomes that of the hidden states before it.</param>
    /// <param name="batch">The micro-batch.</param>
    /// <param name="supervision">The supervision of the layer's attention; null for none.</param>
    /// <param name="lossScale">The factor of the supervision's loss in the gradient.</param>
    /// <returns>The weighted loss of the supervision, without the factor.</returns>
    public double Backward(
        LayerParameters w, LayerActivations a, FloatBlock hidden, MicroBatch batch, AttentionSupervision? supervision, float lossScale)
    {
        int n = batch.Tokens, width = config.HiddenSize, size = config.IntermediateSize;
        AddProduct(w.Down, hidden, a.Activated, n);
        packed.Backward(w.Down, hidden.Pointer, inner.Pointer, n);
        SwiGluPass.Backward(a.Gate.Rows(n, size), a.Up.Rows(n, size), inner.Rows(n, size), innerUp.Rows(n, size));
        AddProducts(a.MiddleNormalized, n, (w.Gate, inner), (w.Up, innerUp));
        packed.Backward(w.Gate, inner.Pointer, normalized.Pointer, n);
        packed.Backward(w.Up, innerUp.Pointer, normalized.Pointer, n, add: true);
        NormBackward(a.Middle, w.PostAttentionNorm);

        AddProduct(w.Output, hidden, a.AttentionOutput, n);
        packed.Backward(w.Output, hidden.Pointer, attentionOutput.Pointer, n);
        QueryKeyValue d = attentionGradient;
        double loss = attention.Backward(
            a.Attention, a.AttentionWeights.Pointer, attentionOutput.Pointer, d, batch, supervision, lossScale);
        Rotate(d, batch, inverse: true);
        AddProducts(a.InputNormalized, n, (w.Query, d.Query), (w.Key, d.Key), (w.Value, d.Value));
        packed.Backward(w.Query, d.Query.Pointer, normalized.Pointer, n);
        packed.Backward(w.Key, d.Key.Pointer, normalized.Pointer, n, add: true);
        packed.Backward(w.Value, d.Value.Pointer, normalized.Pointer, n, add: true);
        NormBackward(a.Input, w.InputNorm);
        return loss;

        void NormBackward(FloatBlock input, ParameterTensor norm) => RmsNormPass.Backward(
            input.Rows(n, width),
            parameters.Of(norm),
            normalized.Rows(n, width),
            hidden.Rows(n, width),
            gradient.Of(norm),
            config.RmsNormEpsilon);
    }

    /// <summary>Adds dyᵀ·x to the gradient of a matrix.</summary>
    /// <param name="w">The matrix [outputs, inputs].</param>
    /// <param name="dy">The gradient of its outputs [tokens, outputs].</param>
    /// <param name="x">Its inputs [tokens, inputs].</param>
    /// <param name="tokens">The number of tokens.</param>
    public void AddProduct(ParameterTensor w, FloatBlock dy, FloatBlock x, int tokens) => AddProducts(x, tokens, (w, dy));

    public void Dispose() => lifetime.Dispose();

    /// <summary>Adds dyᵀ·x to the gradients of several matrices that have the same input.</summary>
    private void AddProducts(FloatBlock x, int tokens, params ReadOnlySpan<(ParameterTensor W, FloatBlock Dy)> outputs)
    {
        int columns = outputs[0].W.Columns;
        PackedGemm.Best.Pack(new(x.Pointer, columns), tokens, columns, panels.Pointer);
        foreach ((ParameterTensor w, FloatBlock dy) in outputs)
        {
            PackedGemm.Best.Multiply(
                new StridedMatrix(dy.Pointer, w.Rows).Transposed,
                new(panels.Pointer, tokens),
                new(gradient.Pointer + w.Offset, columns),
                w.Rows,
                tokens,
                columns,
                add: true);
        }
    }

    /// <summary>Applies RoPE to queries and keys, or its inverse to their gradients, and divides the queries by √head_dim.</summary>
    private void Rotate(QueryKeyValue x, MicroBatch batch, bool inverse)
    {
        int query = config.Heads * config.HeadDim, key = config.KvHeads * config.HeadDim;
        rope.Rotate(x.Query.Rows(batch.Tokens, query), config.Heads, batch.Sequence, inverse, Scale);
        rope.Rotate(x.Key.Rows(batch.Tokens, key), config.KvHeads, batch.Sequence, inverse);
    }
}
