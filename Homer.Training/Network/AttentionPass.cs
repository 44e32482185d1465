using System.Numerics.Tensors;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.MatMul.Cpu;
using Homer.Training.Documents;

namespace Homer.Training.Network;

/// <summary>
/// Causal grouped-query attention (Ainslie et al. 2023, arXiv 2305.13245) and its gradient, for the sequences of a micro-batch. The queries
/// are already divided by √head_dim.
/// </summary>
/// <remarks>Products take blocks of 32 tokens and leave out the blocks of keys that no query of a block may see.</remarks>
internal sealed unsafe class AttentionPass : IDisposable
{
    private const int Block = PackedGemm.Multiple;

    private readonly Lifetime lifetime = new();
    private readonly ModelConfig config;
    private readonly FloatBlock first;
    private readonly FloatBlock second;
    private readonly FloatBlock third;
    private readonly FloatBlock fourth;
    private readonly FloatBlock scores;

    public AttentionPass(ModelConfig config)
    {
        this.config = config;
        int panel = config.Window * config.HeadDim;
        first = lifetime.Own(new FloatBlock(panel));
        second = lifetime.Own(new FloatBlock(panel));
        third = lifetime.Own(new FloatBlock(panel));
        fourth = lifetime.Own(new FloatBlock(panel));
        scores = lifetime.Own(new FloatBlock(config.Window * config.Window));
    }

    private static PackedGemm Gemm => PackedGemm.Best;

    private int QueryWidth => config.Heads * config.HeadDim;

    private int KeyWidth => config.KvHeads * config.HeadDim;

    private int Group => config.Heads / config.KvHeads;

    /// <summary>Computes output = softmax(q·kᵀ)·v.</summary>
    /// <param name="x">The queries, keys and values.</param>
    /// <param name="weights">Receives the attention weights [sequences, heads, sequence, sequence].</param>
    /// <param name="output">Receives the output [tokens, heads, head_dim].</param>
    /// <param name="batch">The micro-batch; the length of its sequences is a multiple of 32.</param>
    /// <param name="masksFacts">True if questions do not see the sentences that state facts.</param>
    public void Forward(QueryKeyValue x, float* weights, float* output, MicroBatch batch, bool masksFacts)
    {
        int d = config.HeadDim, sequence = batch.Sequence;
        for (int s = 0; s < batch.Sequences; s++)
        {
            TrainingDocument document = batch.Documents[s];
            for (int g = 0; g < config.KvHeads; g++)
            {
                long keys = ((long)s * sequence * KeyWidth) + (g * d);
                Gemm.PackTransposed(new(x.Key.Pointer + keys, KeyWidth), sequence, d, first.Pointer);
                Gemm.Pack(new(x.Value.Pointer + keys, KeyWidth), sequence, d, second.Pointer);
                for (int h = g * Group; h < (g + 1) * Group; h++)
                {
                    long queries = ((long)s * sequence * QueryWidth) + (h * d);
                    float* p = weights + (((long)s * config.Heads) + h) * sequence * sequence;
                    Scores(x.Query.Pointer + queries, first.Pointer, p, sequence);
                    for (int t = 0; t < sequence; t++)
                    {
                        var row = new Span<float>(p + ((long)t * sequence), BlockEnd(t));
                        if (masksFacts && t >= document.QuestionStart)
                            Mask(row, document.FactSpans);
                        Softmax(row, t + 1);
                    }

                    MixKeys(p, second.Pointer, output + queries, sequence);
                }
            }
        }
    }

    /// <summary>Computes the gradients of queries, keys and values.</summary>
    /// <param name="x">The queries, keys and values, as in <see cref="Forward"/>.</param>
    /// <param name="weights">The attention weights that <see cref="Forward"/> has computed.</param>
    /// <param name="outputGradient">The gradient of the output.</param>
    /// <param name="gradients">Receives the gradients.</param>
    /// <param name="batch">The micro-batch.</param>
    /// <param name="supervision">The supervision of the layer's attention; null for none.</param>
    /// <param name="lossScale">The factor of the supervision's loss in the gradient.</param>
    /// <returns>The weighted loss of the supervision, without the factor.</returns>
    public double Backward(
        QueryKeyValue x,
        float* weights,
        float* outputGradient,
        QueryKeyValue gradients,
        MicroBatch batch,
        AttentionSupervision? supervision,
        float lossScale)
    {
        int d = config.HeadDim, sequence = batch.Sequence;
        double loss = 0;
        for (int s = 0; s < batch.Sequences; s++)
        {
            IReadOnlyList<AttentionTarget> targets = batch.Documents[s].AttentionTargets;
            float* all = weights + ((long)s * config.Heads * sequence * sequence);
            for (int g = 0; g < config.KvHeads; g++)
            {
                long keys = ((long)s * sequence * KeyWidth) + (g * d);
                Gemm.Pack(new(x.Key.Pointer + keys, KeyWidth), sequence, d, first.Pointer);
                Gemm.PackTransposed(new(x.Value.Pointer + keys, KeyWidth), sequence, d, second.Pointer);
                for (int h = g * Group; h < (g + 1) * Group; h++)
                {
                    long queries = ((long)s * sequence * QueryWidth) + (h * d);
                    float* p = all + ((long)h * sequence * sequence), dp = scores.Pointer;
                    bool add = h > g * Group;
                    Gemm.Pack(new(x.Query.Pointer + queries, QueryWidth), sequence, d, third.Pointer);
                    Gemm.Pack(new(outputGradient + queries, QueryWidth), sequence, d, fourth.Pointer);
                    Scores(outputGradient + queries, second.Pointer, dp, sequence);
                    if (supervision is not null)
                        loss += supervision.Differentiate(targets, all, config.Heads, sequence, h, dp, lossScale) / config.Heads;
                    for (int t = 0; t < sequence; t++)
                        SoftmaxBackward(new(p + ((long)t * sequence), BlockEnd(t)), new(dp + ((long)t * sequence), BlockEnd(t)));
                    MixKeys(dp, first.Pointer, gradients.Query.Pointer + queries, sequence);
                    MixQueries(dp, third.Pointer, gradients.Key.Pointer + keys, sequence, add);
                    MixQueries(p, fourth.Pointer, gradients.Value.Pointer + keys, sequence, add);
                }
            }
        }

        return loss;
    }

    public void Dispose() => lifetime.Dispose();

    /// <summary>Returns the end of the block that contains token t, which is the number of keys that are computed for it.</summary>
    private static int BlockEnd(int t) => ((t / Block) + 1) * Block;

    private static void Mask(Span<float> row, IReadOnlyList<Range> factSpans)
    {
        foreach (Range span in factSpans)
            row[span].Fill(float.NegativeInfinity);
    }

    /// <summary>Turns the scores of the visible keys into weights, and sets the rest of the block to zero.</summary>
    private static void Softmax(Span<float> row, int visible)
    {
        Span<float> valid = row[..visible];
        TensorPrimitives.Subtract(valid, TensorPrimitives.Max<float>(valid), valid);
        TensorPrimitives.Exp(valid, valid);
        TensorPrimitives.Multiply(valid, 1 / TensorPrimitives.Sum<float>(valid), valid);
        row[visible..].Clear();
    }

    /// <summary>Computes ds = p · (dp − Σ p·dp) in place of dp; it is zero where p is zero.</summary>
    private static void SoftmaxBackward(ReadOnlySpan<float> p, Span<float> dp)
    {
        TensorPrimitives.Subtract(dp, TensorPrimitives.Dot(p, dp), dp);
        TensorPrimitives.Multiply(dp, p, dp);
    }

    /// <summary>Computes output = x·yᵀ up to the block of each row of x, where <paramref name="panels"/> is y, packed transposed.</summary>
    private void Scores(float* x, float* panels, float* output, int sequence)
    {
        for (int column = 0; column < sequence; column += Block)
        {
            Gemm.Multiply(
                new(x + ((long)column * QueryWidth), QueryWidth),
                new(panels + ((long)column * config.HeadDim), config.HeadDim),
                new(output + ((long)column * sequence) + column, sequence),
                sequence - column,
                config.HeadDim,
                Block,
                add: false);
        }
    }

    /// <summary>
    /// Computes output = weights·y, where <paramref name="panels"/> is y, packed: a mixture of the keys that each token sees.
    /// </summary>
    private void MixKeys(float* weights, float* panels, float* output, int sequence)
    {
        for (int row = 0; row < sequence; row += Block)
        {
            Gemm.Multiply(
                new(weights + ((long)row * sequence), sequence),
                new(panels, sequence),
                new(output + ((long)row * QueryWidth), QueryWidth),
                Block,
                row + Block,
                config.HeadDim,
                add: false);
        }
    }

    /// <summary>
    /// Computes output = (or +=) weightsᵀ·y, where <paramref name="panels"/> is y, packed: a mixture of the queries that saw each key.
    /// </summary>
    private void MixQueries(float* weights, float* panels, float* output, int sequence, bool add)
    {
        for (int token = 0; token < sequence; token += Block)
        {
            Gemm.Multiply(
                new StridedMatrix(weights + ((long)token * sequence) + token, sequence).Transposed,
                Gemm.Skip(new(panels, sequence), token),
                new(output + ((long)token * KeyWidth), KeyWidth),
                Block,
                sequence - token,
                config.HeadDim,
                add);
        }
    }
}
