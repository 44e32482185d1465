using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Tests.Golden;

namespace Homer.Tests.Contexts;

/// <summary>
/// The golden model <c>random-gqa</c>, or another of Llama's layers, in 64 bits, in the simplest form, one token after another. A
/// <see cref="ReferenceCache"/> decides which tokens a token attends to and at which positions: the part in which methods differ.
/// </summary>
/// <remarks>
/// Of the optional parts of families it has windows, soft caps, growing queries, the rotation of layers with windows, and the scale of
/// attention.
/// </remarks>
internal sealed class ReferenceModel
{
    private readonly ModelConfig config;
    private readonly Dictionary<string, double[]> weights = [];

    public ReferenceModel()
    {
        config = ModelConfig.Read(Path.Combine(GoldenCase.Model("random-gqa"), "config.json"));
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(GoldenCase.Model("random-gqa"), "model.safetensors"));
        foreach (string name in file.Tensors.Keys)
            weights[name] = Array.ConvertAll(file.ReadArray<float>(name), weight => (double)weight);
    }

    /// <summary>Takes a model of Llama's layers and its weights, in F32.</summary>
    public ReferenceModel(ModelConfig config, WeightFiles files)
    {
        this.config = config;
        foreach (string name in files.Names)
            weights[name] = Array.ConvertAll(((SafetensorsFile)files[name].File).ReadArray<float>(name), weight => (double)weight);
    }

    public int Layers => config.Layers;

    public int KvHeads => config.KvHeads;

    /// <summary>Returns the logits after the last token.</summary>
    public double[] Logits(int[] ids, ReferenceCache cache)
    {
        // Keys (before RoPE) and values by layer, key head and token.
        Dictionary<(int Layer, int Head, int Token), (double[] Key, double[] Value)> kept = [];
        double[] hidden = [];
        for (int t = 0; t < ids.Length; t++)
        {
            cache.Begin(t);
            hidden = weights["model.embed_tokens.weight"][(ids[t] * config.HiddenSize)..((ids[t] + 1) * config.HiddenSize)];
            for (int layer = 0; layer < config.Layers; layer++)
            {
                string name = $"model.layers.{layer}.";
                double[] normalized = Norm(hidden, name + "input_layernorm.weight"), output = new double[config.Heads * config.HeadDim];
                double[][] query = Split(Multiply(name + "self_attn.q_proj.weight", normalized));
                double[][] key = Split(Multiply(name + "self_attn.k_proj.weight", normalized));
                double[][] value = Split(Multiply(name + "self_attn.v_proj.weight", normalized));
                for (int g = 0; g < config.KvHeads; g++)
                {
                    kept[(layer, g, t)] = (key[g], value[g]);
                    Seen[] seen = [.. cache.Visible(layer, g, t).TakeLast(config.WindowOf(layer) ?? int.MaxValue)];
                    int shared = config.Heads / config.KvHeads;
                    for (int h = g * shared; h < (g + 1) * shared; h++)
                    {
                        double[] attention = Softmax([.. seen.Select(s => Bounded(
                            config.AttentionScale * Growth(s.QueryPosition) * Dot(
                                Rotate(query[h], s.QueryPosition, layer),
                                Rotate(kept[(layer, g, s.Token)].Key, s.KeyPosition, layer)),
                            config.AttentionSoftCap))]);
                        cache.Attended(layer, g, t, seen, attention);
                        for (int j = 0; j < seen.Length; j++)
                        {
                            for (int i = 0; i < config.HeadDim; i++)
                                output[(h * config.HeadDim) + i] += attention[j] * kept[(layer, g, seen[j].Token)].Value[i];
                        }
                    }
                }

                hidden = Add(hidden, Multiply(name + "self_attn.o_proj.weight", output));
                normalized = Norm(hidden, name + "post_attention_layernorm.weight");
                double[] gate = Multiply(name + "mlp.gate_proj.weight", normalized), up = Multiply(name + "mlp.up_proj.weight", normalized);
                hidden = Add(hidden, Multiply(name + "mlp.down_proj.weight", [.. gate.Zip(up, (x, y) => x / (1 + Math.Exp(-x)) * y)]));
            }
        }

        double[] logits = Multiply("lm_head.weight", Norm(hidden, "model.norm.weight"));
        return [.. logits.Select(logit => Bounded(logit, config.LogitSoftCap))];
    }

    private static double Bounded(double x, double cap) => cap == 0 ? x : cap * Math.Tanh(x / cap);

    private double Growth(int position) =>
        config.QueryGrowth is { } growth ? 1 + (growth.Beta * Math.Log(1 + (position / growth.Window))) : 1;

    private double[] Multiply(string name, double[] x)
    {
        double[] w = weights[name];
        return [.. Enumerable.Range(0, w.Length / x.Length).Select(row => Dot(w.AsSpan(row * x.Length, x.Length), x))];
    }

    private double[] Norm(double[] x, string name)
    {
        double scale = 1 / Math.Sqrt((x.Sum(v => v * v) / x.Length) + config.RmsNormEpsilon);
        return [.. x.Zip(weights[name], (v, w) => v * scale * w)];
    }

    private double[] Rotate(double[] x, int position, int layer)
    {
        double theta = config.WindowOf(layer) is not null && config.WindowedRope is { } own ? own.Theta : config.RopeTheta;
        int half = x.Length / 2;
        var result = new double[x.Length];
        for (int i = 0; i < half; i++)
        {
            (double sin, double cos) = Math.SinCos(position * Math.Pow(theta, -2.0 * i / x.Length));
            (result[i], result[i + half]) = ((x[i] * cos) - (x[i + half] * sin), (x[i + half] * cos) + (x[i] * sin));
        }

        return result;
    }

    private double[][] Split(double[] heads) => [.. heads.Chunk(config.HeadDim)];

    private static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static double[] Softmax(double[] scores)
    {
        double max = scores.Max(), sum = scores.Sum(score => Math.Exp(score - max));
        return [.. scores.Select(score => Math.Exp(score - max) / sum)];
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}

/// <summary>A token that another token attends to, with the positions of its key and of the query.</summary>
internal readonly record struct Seen(int Token, int KeyPosition, int QueryPosition);

/// <summary>The rule which tokens a token attends to; the base class is a plain cache with all tokens.</summary>
internal class ReferenceCache
{
    /// <summary>Prepares for a token, before it is read.</summary>
    public virtual void Begin(int token)
    {
    }

    /// <summary>Returns the tokens that a token attends to, in a layer and a key head.</summary>
    public virtual IEnumerable<Seen> Visible(int layer, int head, int token) =>
        Enumerable.Range(0, token + 1).Select(j => new Seen(j, j, token));

    /// <summary>Receives the attention probabilities of a query head.</summary>
    public virtual void Attended(int layer, int head, int token, Seen[] seen, double[] attention)
    {
    }
}
