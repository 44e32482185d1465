using System.Numerics.Tensors;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Training.Documents;

namespace Homer.Training.Network;

/// <summary>
/// Causal attention with grouped queries (Ainslie et al. 2023, arXiv 2305.13245) and its gradient, for sequences side by side. Queries come
/// divided by √d already. Products go by blocks of tokens and leave out blocks that no query of the block may see.
/// </summary>
internal sealed unsafe class AttentionPass : IDisposable
{
    private const int Block = Products.Multiple;

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

    private int QueryWidth => config.Heads * config.HeadDim;

    private int KeyWidth => config.KvHeads * config.HeadDim;

    private int Group => config.Heads / config.KvHeads;

    /// <summary>o = softmax(q·kᵀ)·v.</summary>
    /// <param name="q">[tokens, heads, head_dim].</param>
    /// <param name="k">[tokens, kv_heads, head_dim].</param>
    /// <param name="v">As k.</param>
    /// <param name="weights">Output: what each query attends to [sequences, heads, sequence, sequence].</param>
    /// <param name="o">Output, as q.</param>
    /// <param name="batch">The micro-batch; its sequences have a multiple of 32 tokens.</param>
    /// <param name="blind">Whether questions do not see what is told.</param>
    public void Forward(float* q, float* k, float* v, float* weights, float* o, MicroBatch batch, bool blind)
    {
        int d = config.HeadDim, sequence = batch.Sequence;
        for (int s = 0; s < batch.Sequences; s++)
        {
            TrainingDocument document = batch.Documents[s];
            for (int g = 0; g < config.KvHeads; g++)
            {
                long keys = ((long)s * sequence * KeyWidth) + (g * d);
                Products.Best.PackRows(k + keys, KeyWidth, sequence, d, first.Pointer);
                Products.Best.PackColumns(v + keys, KeyWidth, sequence, d, second.Pointer);
                for (int h = g * Group; h < (g + 1) * Group; h++)
                {
                    long queries = ((long)s * sequence * QueryWidth) + (h * d);
                    float* p = weights + (((long)s * config.Heads) + h) * sequence * sequence;
                    Scores(q + queries, first.Pointer, p, sequence);
                    for (int t = 0; t < sequence; t++)
                    {
                        var row = new Span<float>(p + ((long)t * sequence), Seen(t));
                        if (blind && t >= document.Questions)
                            Hide(row, document.Tellings);
                        Softmax(row, t + 1);
                    }

                    Mix(p, second.Pointer, o + queries, sequence);
                }
            }
        }
    }

    /// <summary>The gradients of q, k and v.</summary>
    /// <param name="q">As in <see cref="Forward"/>.</param>
    /// <param name="k">As in <see cref="Forward"/>.</param>
    /// <param name="v">As in <see cref="Forward"/>.</param>
    /// <param name="weights">As they were on the way forward.</param>
    /// <param name="outputGradient">The gradient of o.</param>
    /// <param name="queryGradient">Output, as q.</param>
    /// <param name="keyGradient">Output, as k.</param>
    /// <param name="valueGradient">Output, as v.</param>
    /// <param name="batch">The micro-batch.</param>
    /// <param name="lesson">What the layer is taught, or null.</param>
    /// <param name="unit">What a cost of weight one counts for.</param>
    /// <returns>What was missed, weighted.</returns>
    public double Backward(
        float* q, float* k, float* v, float* weights, float* outputGradient, float* queryGradient, float* keyGradient, float* valueGradient,
        MicroBatch batch, AttentionSupervision? lesson, float unit)
    {
        int d = config.HeadDim, sequence = batch.Sequence;
        double missed = 0;
        for (int s = 0; s < batch.Sequences; s++)
        {
            for (int g = 0; g < config.KvHeads; g++)
            {
                long keys = ((long)s * sequence * KeyWidth) + (g * d);
                Products.Best.PackColumns(k + keys, KeyWidth, sequence, d, first.Pointer);
                Products.Best.PackRows(v + keys, KeyWidth, sequence, d, second.Pointer);
                for (int h = g * Group; h < (g + 1) * Group; h++)
                {
                    long queries = ((long)s * sequence * QueryWidth) + (h * d);
                    float* p = weights + (((long)s * config.Heads) + h) * sequence * sequence, dp = scores.Pointer;
                    bool add = h > g * Group;
                    Products.Best.PackColumns(q + queries, QueryWidth, sequence, d, third.Pointer);
                    Products.Best.PackColumns(outputGradient + queries, QueryWidth, sequence, d, fourth.Pointer);
                    Scores(outputGradient + queries, second.Pointer, dp, sequence);
                    if (lesson is not null)
                        missed += lesson.Differentiate(batch.Documents[s].Glances, p - ((long)h * sequence * sequence), config.Heads, sequence, h, dp, unit) / config.Heads;
                    for (int t = 0; t < sequence; t++)
                        SoftmaxBackward(new(p + ((long)t * sequence), Seen(t)), new(dp + ((long)t * sequence), Seen(t)));
                    Mix(dp, first.Pointer, queryGradient + queries, sequence);
                    MixBack(dp, third.Pointer, keyGradient + keys, sequence, add);
                    MixBack(p, fourth.Pointer, valueGradient + keys, sequence, add);
                }
            }
        }

        return missed;
    }

    public void Dispose() => lifetime.Dispose();

    /// <summary>How far the block of token t reaches.</summary>
    private static int Seen(int t) => ((t / Block) + 1) * Block;

    private static void Hide(Span<float> row, IReadOnlyList<Range> tellings)
    {
        foreach (Range telling in tellings)
            row[telling].Fill(float.NegativeInfinity);
    }

    /// <summary>Weights of the tokens that are seen, and zero for the rest of the block.</summary>
    private static void Softmax(Span<float> row, int seen)
    {
        Span<float> valid = row[..seen];
        TensorPrimitives.Subtract(valid, TensorPrimitives.Max<float>(valid), valid);
        TensorPrimitives.Exp(valid, valid);
        TensorPrimitives.Multiply(valid, 1 / TensorPrimitives.Sum<float>(valid), valid);
        row[seen..].Clear();
    }

    /// <summary>ds = p · (dp − Σ p·dp); zero where p is.</summary>
    private static void SoftmaxBackward(ReadOnlySpan<float> p, Span<float> dp)
    {
        TensorPrimitives.Subtract(dp, TensorPrimitives.Dot(p, dp), dp);
        TensorPrimitives.Multiply(dp, p, dp);
    }

    /// <summary>Every row's products with the packed rows that its block may see.</summary>
    private void Scores(float* x, float* panels, float* output, int sequence)
    {
        for (int column = 0; column < sequence; column += Block)
        {
            Products.Best.Multiply(
                x + ((long)column * QueryWidth), QueryWidth, panels + ((long)column * config.HeadDim), config.HeadDim, config.HeadDim,
                output + ((long)column * sequence) + column, sequence, sequence - column, Block, add: false);
        }
    }

    /// <summary>Every row's mixture of the packed tokens.</summary>
    private void Mix(float* weights, float* panels, float* output, int sequence)
    {
        for (int row = 0; row < sequence; row += Block)
        {
            Products.Best.Multiply(
                weights + ((long)row * sequence), sequence, panels, sequence, row + Block, output + ((long)row * QueryWidth), QueryWidth, Block, config.HeadDim, add: false);
        }
    }

    /// <summary>Every token's mixture of the packed rows that saw it.</summary>
    private void MixBack(float* weights, float* panels, float* output, int sequence, bool add)
    {
        for (int token = 0; token < sequence; token += Block)
        {
            Products.Best.MultiplyTransposed(
                weights + ((long)token * sequence) + token, sequence, panels + ((long)token * Products.Best.Width), sequence, sequence - token,
                output + ((long)token * KeyWidth), KeyWidth, Block, config.HeadDim, add);
        }
    }
}
