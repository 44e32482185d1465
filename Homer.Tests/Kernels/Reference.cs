using Homer.Kernels.Weights;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels;

/// <summary>
/// Each layer and step in 64 bits, as plainly as it can be written, with a bound on what rounding to 32 bits may change. u is the unit
/// roundoff 2⁻²⁴: a sum of k products, in any order, is off by at most k·u·Σ|a·b|; square roots, quotients and exponentials of GPUs by a
/// few u.
/// </summary>
internal static class Reference
{
    private const double U = Expected.Unit;

    /// <summary>Rows of <paramref name="k"/> elements, rounded to eight bits in blocks of 32 whose scales keep 32 bits.</summary>
    public static float[] RoundToInt8(float[] x, int k) =>
        [.. x.Chunk(k).SelectMany(row => row.Chunk(Int8Weights.Block)).SelectMany(block =>
    {
        float scale = block.Max(MathF.Abs) / Int8Weights.Largest;
        return block.Select(value => MathF.Round(value * (1 / scale)) * scale);
    })];

    /// <summary>x [m, k] times the transpose of w [n, k], added to y [m, n] where that is given.</summary>
    public static Expected[] MatMul(float[] x, double[] w, float[]? y, int m, int n, int k)
    {
        var result = new Expected[m * n];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double start = y is null ? 0 : y[(i * n) + j], sum = start, magnitude = Math.Abs(start);
                for (int p = 0; p < k; p++)
                {
                    double product = x[(i * k) + p] * w[(j * k) + p];
                    sum += product;
                    magnitude += Math.Abs(product);
                }

                result[(i * n) + j] = new(sum, (k + 2) * U * magnitude);
            }
        }

        return result;
    }

    /// <summary>Returns the product for x with errors of its own, which the bound includes.</summary>
    public static Expected[] MatMul(Expected[] x, double[] w, int m, int n, int k)
    {
        var result = new Expected[m * n];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = 0, error = 0;
                for (int p = 0; p < k; p++)
                {
                    Expected factor = x[(i * k) + p];
                    double weight = w[(j * k) + p];
                    sum += factor.Value * weight;
                    error += ((k + 2) * U * Math.Abs(factor.Value * weight)) + (factor.Error * Math.Abs(weight));
                }

                result[(i * n) + j] = new(sum, error);
            }
        }

        return result;
    }

    /// <summary>The product of two vectors.</summary>
    public static Expected Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0, magnitude = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
            magnitude += Math.Abs((double)a[i] * b[i]);
        }

        return new(sum, a.Length * U * magnitude);
    }

    /// <summary>w · x / √(mean(x²) + ε) for each row: the sum is off by width·u, its square root by half of that.</summary>
    public static Expected[] RmsNorm(float[] x, float[] weight, int rows, float epsilon)
    {
        int width = weight.Length;
        var result = new Expected[rows * width];
        for (int r = 0; r < rows; r++)
        {
            double squares = 0;
            for (int i = 0; i < width; i++)
                squares += (double)x[(r * width) + i] * x[(r * width) + i];
            for (int i = 0; i < width; i++)
            {
                double y = weight[i] * x[(r * width) + i] / Math.Sqrt((squares / width) + epsilon);
                result[(r * width) + i] = new(y, ((width / 2) + 16) * U * Math.Abs(y));
            }
        }

        return result;
    }

    /// <summary>One head [head_dim] turned by the angles whose cosines and sines are given.</summary>
    public static Expected[] Rotate(ReadOnlySpan<float> head, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin) =>
        Rotate(Expected.Exactly(head), cos, sin);

    /// <summary>Rotates a head with errors of its own, which the bound includes.</summary>
    public static Expected[] Rotate(ReadOnlySpan<Expected> head, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin)
    {
        int half = head.Length / 2;
        var result = new Expected[head.Length];
        for (int i = 0; i < half; i++)
        {
            (Expected first, Expected second) = (head[i], head[i + half]);
            double c = cos[i], s = sin[i];
            result[i] = new(
                (first.Value * c) - (second.Value * s), (Reach(first) * Math.Abs(c)) + (Reach(second) * Math.Abs(s)));
            result[i + half] = new(
                (second.Value * c) + (first.Value * s), (Reach(second) * Math.Abs(c)) + (Reach(first) * Math.Abs(s)));
        }

        return result;

        static double Reach(Expected x) => x.Error + (3 * U * (Math.Abs(x.Value) + x.Error));
    }

    /// <summary>
    /// silu(gate) · up. A GPU forms e⁻ˣ as 2 to the power of −x·log₂e, whose rounding grows with x; below x = −88.7 e⁻ˣ overflows, and
    /// zero stands for what is less than 3·10⁻³⁷ of up.
    /// </summary>
    public static Expected[] SwiGlu(float[] gate, float[] up)
    {
        var result = new Expected[gate.Length];
        for (int i = 0; i < result.Length; i++)
        {
            double x = gate[i], y = x / (1 + Math.Exp(-x)) * up[i];
            result[i] = new(y, ((16 + (4 * Math.Abs(x))) * U * Math.Abs(y)) + (x < -88 ? 3e-37 * Math.Abs(up[i]) : 0));
        }

        return result;
    }

    /// <summary>Gates factors with errors of their own: silu is never steeper than 1.1.</summary>
    public static Expected[] SwiGlu(Expected[] gate, Expected[] up)
    {
        var result = new Expected[gate.Length];
        for (int i = 0; i < result.Length; i++)
        {
            double x = gate[i].Value, silu = x / (1 + Math.Exp(-x)), y = silu * up[i].Value;
            double inherited = (1.1 * gate[i].Error * (Math.Abs(up[i].Value) + up[i].Error)) + (Math.Abs(silu) * up[i].Error);
            result[i] = new(y, ((16 + (4 * Math.Abs(x))) * U * Math.Abs(y)) + inherited);
        }

        return result;
    }

    /// <summary>
    /// softmax(q·kᵀ / √d)·v of one query over keys [count, d] and values [count, d]. Scores that are off by δ change the weights by 2δ of
    /// them.
    /// </summary>
    public static Expected[] Attention(ReadOnlySpan<float> query, ReadOnlySpan<float> keys, ReadOnlySpan<float> values)
    {
        int d = query.Length;
        float[] q = query.ToArray(), k = keys.ToArray();
        return Attention(j => Dot(q, k.AsSpan(j * d, d)), values, d);
    }

    /// <summary>Returns attention where the products q·kⱼ are given.</summary>
    public static Expected[] Attention(Func<int, Expected> product, ReadOnlySpan<float> values, int d)
    {
        int count = values.Length / d;
        double max = double.NegativeInfinity, delta = 0, sum = 0, scale = 1 / Math.Sqrt(d);
        var weights = new double[count];
        for (int j = 0; j < count; j++)
        {
            Expected dot = product(j);
            weights[j] = dot.Value * scale;
            max = Math.Max(max, weights[j]);
            delta = Math.Max(delta, (dot.Error * scale) + (8 * U * Math.Abs(weights[j])));
        }

        for (int j = 0; j < count; j++)
            sum += weights[j] = Math.Exp(weights[j] - max);
        var result = new Expected[d];
        for (int i = 0; i < d; i++)
        {
            double output = 0, magnitude = 0;
            for (int j = 0; j < count; j++)
            {
                output += weights[j] / sum * values[(j * d) + i];
                magnitude += weights[j] / sum * Math.Abs(values[(j * d) + i]);
            }

            result[i] = new(output, ((2 * delta) + (((2 * count) + 32) * U)) * magnitude);
        }

        return result;
    }

    /// <summary>The survivors of a pruning, by sorting: the <paramref name="target"/> best, affixes first of all, in their order.</summary>
    public static int[] Select(float[] significance, int target, int prefix, int suffix, int pooling)
    {
        int tokens = significance.Length, end = tokens - suffix, radius = pooling / 2;
        double Pooled(int i) =>
            Enumerable.Range(0, tokens).Where(j => j >= prefix && j < end && Math.Abs(j - i) <= radius).Max(j => significance[j]);
        return
        [
            .. Enumerable.Range(0, tokens)
                .OrderBy(i => i >= prefix && i < end)
                .ThenByDescending(i => i >= prefix && i < end ? Pooled(i) : 0)
                .ThenByDescending(i => i >= prefix && i < end ? significance[i] : 0)
                .ThenBy(i => i)
                .Take(target).Order(),
        ];
    }
}
