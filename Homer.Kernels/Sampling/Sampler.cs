using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.Rows;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Sampling;

// Tour: docs/kernels.md#sampler-and-confidence
/// <summary>
/// Chooses the next token on the device. In this order: repetition penalty (Keskar et al. 2019, arXiv 1909.05858; once per distinct token);
/// at temperature 0 the largest logit, lowest id first; else p = softmax(logits / temperature) restricted by top-k (Fan et al. 2018, arXiv
/// 1805.04833), top-p (Holtzman et al. 2019, arXiv 1904.09751; ties with the last token stay in, as in top-k) and min-p (Nguyen et al.
/// 2024, arXiv 2407.01082), and a draw by inversion: the first token at which the running sum of p exceeds u · Σp.
/// </summary>
/// <remarks>
/// <code>
/// penalty ─► argmax ─► top-k: a threshold ─► weights exp((l − max) / T) ─► top-p: a threshold ─► min-p ─► draw
/// </code>
/// Nothing is sorted: each restriction is a threshold, found by bisection. u is a hash of seed and step, so a choice can be repeated. NaN
/// logits count as −∞; if all are NaN, token 0 is chosen.
/// </remarks>
/// <param name="device">The device to run on.</param>
public sealed class Sampler(ComputeDevice device)
{
    // The smallest normal float. The most probable token weighs 1, and lighter tokens than this do not count.
    private const float Negligible = 1.17549435e-38f;

    private readonly Action<KernelConfig, ArrayView<int>, ArrayView<float>, ArrayView<float>, ArrayView<int>, Settings> kernel =
        device.Load<ArrayView<int>, ArrayView<float>, ArrayView<float>, ArrayView<int>, Settings>(Kernel);

    /// <summary>Chooses one token.</summary>
    /// <param name="output">
    /// The token's id [1]; or [2], then followed by the bits of its logit, so that one copy brings both to the host.
    /// </param>
    /// <param name="logits">[vocabulary]; a repetition penalty changes them.</param>
    /// <param name="scratch">Overwritten [vocabulary].</param>
    /// <param name="recent">The tokens that the repetition penalty is for, at most 2²⁴; ids outside the vocabulary are skipped.</param>
    /// <param name="vocabulary">The number of tokens.</param>
    /// <param name="parameters">The parameters of the choice.</param>
    /// <param name="step">A number that differs between the tokens of a text, so that they are drawn independently.</param>
    /// <exception cref="HomerException">A parameter is impossible.</exception>
    public void Launch(
        ArrayView<int> output, ArrayView<float> logits, ArrayView<float> scratch, ArrayView<int> recent, int vocabulary,
        in SamplingParameters parameters, int step)
    {
        parameters.Validate();
        kernel(
            device.OneGroup, output, logits, scratch, recent,
            new()
            {
                Vocabulary = vocabulary,
                RecentCount = parameters.RepetitionPenalty == 1 ? 0 : recent.IntLength,
                RepetitionPenalty = parameters.RepetitionPenalty,
                InverseTemperature = Inverse(parameters.Temperature),
                TopK = parameters.TopK,
                TopP = parameters.TopP,
                MinP = parameters.MinP,
                Seed = parameters.Seed,
                Step = step,
            });
    }

    [ResidentGroups(8)]
    internal static void Kernel(
        ArrayView<int> output, ArrayView<float> logits, ArrayView<float> scratch, ArrayView<int> recent, Settings settings)
    {
        int n = settings.Vocabulary;
        // Without a penalty the count is 0. With an `if` around these barriers, PoCL 6 chose wrong tokens.
        TokenWeights.Penalize(logits, scratch, recent, settings.RecentCount, n, settings.RepetitionPenalty);
        int token = Reductions.ArgMax(logits, n);
        float max = OrderedBits.Number(logits[token]);
        if (settings.InverseTemperature > 0 && max > float.NegativeInfinity)
            token = Draw(logits, scratch, max, settings);
        if (Group.IdxX == 0)
        {
            output[0] = token;
            if (output.Length > 1)
                output[1] = (int)Interop.FloatAsInt(logits[token]);
        }
    }

    /// <summary>Returns the uniform number in [0, 1) that decides a step: 24 bits, all that a float below 1 can hold.</summary>
    internal static float Uniform(int seed, int step) =>
        (int)(Hashing.Mix((uint)seed, (uint)step, 0) >> 8) * (1f / (1 << 24));

    private static int Draw(ArrayView<float> logits, ArrayView<float> weights, float max, Settings settings)
    {
        int n = settings.Vocabulary;
        float leastLogit = float.NegativeInfinity;
        if (settings.TopK > 0)
            leastLogit = ThresholdSearch.Largest(logits, n, settings.TopK, float.NegativeInfinity, float.NegativeInfinity, max);
        TokenWeights.Weigh(weights, logits, n, leastLogit, max, settings.InverseTemperature);

        // The largest weight is 1, so min-p is a threshold as it stands.
        float leastWeight = XMath.Max(settings.MinP, Negligible);
        if (settings.TopP < 1)
        {
            float total = Reductions.AtLeast(weights, n, Negligible).Sum;
            leastWeight = XMath.Max(leastWeight, ThresholdSearch.Largest(weights, n, 1, settings.TopP * total, Negligible, 1));
        }

        return TokenWeights.Draw(weights, n, leastWeight, Uniform(settings.Seed, settings.Step));
    }

    // 0 stands for greedy. The bounds keep 0 · 1/t and −∞ · 1/t what they should be at the most extreme temperatures.
    private static float Inverse(float temperature) =>
        temperature == 0 ? 0 : Math.Clamp(1 / temperature, 1e-37f, float.MaxValue);

    internal struct Settings
    {
        public int Vocabulary;
        public int RecentCount;
        public float RepetitionPenalty;
        public float InverseTemperature;
        public int TopK;
        public float TopP;
        public float MinP;
        public int Seed;
        public int Step;
    }
}
