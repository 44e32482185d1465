using Homer.Kernels.Devices;
using Homer.Kernels.Sampling;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Sampling;

public sealed class SamplerTests : DeviceTests
{
    private ComputeDevice? device;
    private Sampler? sampling;

    public static MatrixTheoryData<string, int> DevicesAndSizes => new(TestDevices.Names, [1, 7, 33, 172, 1024, 32000]);

    private static SamplingParameters[] Settings =>
    [
        new() { Temperature = 1 },
        new() { Temperature = 0.7f, TopK = 5 },
        new() { Temperature = 1.5f, TopP = 0.8f },
        new() { Temperature = 1, MinP = 0.2f },
        new() { Temperature = 0.8f, TopK = 40, TopP = 0.95f, MinP = 0.05f },
        new() { Temperature = 2, TopK = 1 },
        new() { Temperature = 2, TopP = 1e-6f },
        new() { Temperature = 1, TopK = int.MaxValue, TopP = 0.999f },
    ];

    [Theory]
    [MemberData(nameof(DevicesAndSizes))]
    public void Draws_the_token_that_the_definition_gives(string id, int size)
    {
        Prepare(id);
        float[] logits = Logits(size, seed: size);
        foreach (SamplingParameters settings in Settings)
            AssertDrawsAsDefined(logits, settings with { Seed = 5 }, steps: 12);
    }

    [Theory]
    [MemberData(nameof(DevicesAndSizes))]
    public void Keeps_or_drops_ties_together(string id, int size)
    {
        Prepare(id);
        float[] logits = [.. Logits(size, seed: size).Select(logit => MathF.Round(logit / 2) * 2)];
        foreach (SamplingParameters settings in Settings)
            AssertDrawsAsDefined(logits, settings with { Seed = 6 }, steps: 12);
    }

    [Theory]
    [EveryDevice]
    public void Draws_every_token_that_is_kept_and_no_other(string id)
    {
        Prepare(id);
        float[] logits = [.. Enumerable.Range(0, 33).Select(i => ((i * 7) % 33) * 0.05f)];
        foreach (SamplingParameters settings in new[]
        {
            new SamplingParameters { Temperature = 1, TopK = 9 },
            new SamplingParameters { Temperature = 1, TopP = 0.5f },
            new SamplingParameters { Temperature = 0.5f, MinP = 0.3f },
            new SamplingParameters { Temperature = 0.5f, TopK = 20, TopP = 0.9f, MinP = 0.2f },
        })
        {
            IEnumerable<int> drawn = Draw(logits, settings, steps: 600).Distinct().Order();
            Assert.Equal(SamplerReference.Of(logits, settings).Kept, drawn);
        }
    }

    [Theory]
    [EveryDevice]
    public void Draws_as_often_as_the_softmax_says(string id)
    {
        Prepare(id);
        const int Steps = 4000, Size = 12;
        float[] logits = Logits(Size, seed: 3);
        var settings = new SamplingParameters { Temperature = 2, Seed = 11 };
        double[] probabilities = SamplerReference.Of(logits, settings).Probabilities;
        int[] counts = new int[Size];
        foreach (int token in Draw(logits, settings, Steps))
            counts[token]++;

        double chiSquare = counts.Zip(probabilities, (count, p) => Math.Pow(count - (Steps * p), 2) / (Steps * p)).Sum();
        // Eleven degrees of freedom: one in a thousand seeds exceeds 31.3.
        Assert.True(chiSquare < 31.3, $"χ² = {chiSquare}");
    }

    [Theory]
    [EveryDevice]
    public void Repeats_itself_with_the_same_seed_only(string id)
    {
        Prepare(id);
        float[] logits = Logits(1024, seed: 8);
        var settings = new SamplingParameters { Temperature = 3, TopP = 0.9f, Seed = 1 };
        List<int> first = Draw(logits, settings, steps: 40);
        Assert.Equal(first, Draw(logits, settings, steps: 40));
        Assert.NotEqual(first, Draw(logits, settings with { Seed = 2 }, steps: 40));
    }

    [Theory]
    [MemberData(nameof(DevicesAndSizes))]
    public void Takes_the_first_of_the_largest_logits_at_temperature_zero(string id, int size)
    {
        Prepare(id);
        float[] logits = [.. Logits(size, seed: size).Select(logit => MathF.Round(logit))];
        Assert.Equal(SamplerReference.Greedy(logits), Sample(logits, new()));
        logits[size / 2] = float.NaN;
        logits[size - 1] = 1e6f;
        Assert.Equal(size - 1, Sample(logits, new()));
    }

    [Theory]
    [EveryDevice]
    public void Penalizes_each_recent_token_once(string id)
    {
        Prepare(id);
        float[] logits = Logits(172, seed: 4);
        int[] recent = [.. Enumerable.Range(0, 500).Select(i => i * i % 60), -1, 172, int.MaxValue];
        var settings = new SamplingParameters { RepetitionPenalty = 1.7f };
        float[] expected = SamplerReference.Penalize(logits, recent[..500], 1.7f);

        Assert.Equal(SamplerReference.Greedy(expected), Sample(logits, settings, recent, out float[] changed));
        for (int i = 0; i < logits.Length; i++)
            Assert.Equal(expected[i], changed[i], 1e-6f * Math.Abs(expected[i]));
    }

    [Theory]
    [EveryDevice]
    public void Survives_logits_that_are_no_finite_numbers(string id)
    {
        Prepare(id);
        var warm = new SamplingParameters { Temperature = 0.9f, TopK = 3, TopP = 0.9f };
        foreach (SamplingParameters settings in new[] { new SamplingParameters(), warm, warm with { TopK = 0 } })
        {
            Assert.Equal(0, Sample([.. Enumerable.Repeat(float.NegativeInfinity, 200)], settings));
            Assert.Equal(0, Sample([.. Enumerable.Repeat(float.NaN, 200)], settings));
            Assert.Equal(2, Sample([float.NaN, float.NegativeInfinity, -7, float.NaN], settings));
            Assert.Equal(1, Sample([3, float.PositiveInfinity, float.NaN, float.NegativeInfinity], settings));
        }
    }

    [Theory]
    [EveryDevice]
    public void Survives_extreme_temperatures(string id)
    {
        Prepare(id);
        float[] logits = [-40, 2, float.NegativeInfinity, 2.001f, 30];
        foreach (float cold in new[] { float.Epsilon, 1e-38f, 1e-5f })
            Assert.All(Draw(logits, new() { Temperature = cold }, steps: 20), token => Assert.Equal(4, token));
        Assert.Equal([0, 1, 3, 4], Draw(logits, new() { Temperature = float.MaxValue }, steps: 100).Distinct().Order());
    }

    [Theory]
    [InlineData("temperature", -1f)]
    [InlineData("temperature", float.NaN)]
    [InlineData("temperature", float.PositiveInfinity)]
    [InlineData("top-k", -1f)]
    [InlineData("top-p", 0f)]
    [InlineData("top-p", 1.01f)]
    [InlineData("top-p", float.NaN)]
    [InlineData("min-p", -0.1f)]
    [InlineData("min-p", 1.5f)]
    [InlineData("min-p", float.NaN)]
    [InlineData("repetition penalty", 0f)]
    [InlineData("repetition penalty", float.NaN)]
    public void Impossible_parameters_are_named(string name, float value)
    {
        var good = new SamplingParameters { Temperature = 1, TopK = 40, TopP = 0.9f, MinP = 0.1f, RepetitionPenalty = 1.1f, Seed = -3 };
        good.Validate();
        SamplingParameters bad = name switch
        {
            "temperature" => good with { Temperature = value },
            "top-k" => good with { TopK = (int)value },
            "top-p" => good with { TopP = value },
            "min-p" => good with { MinP = value },
            _ => good with { RepetitionPenalty = value },
        };
        Assert.Contains($"The {name} ", Assert.Throws<HomerException>(bad.Validate).Message, StringComparison.Ordinal);
    }

    /// <summary>Where u or a limit lies within rounding distance of a boundary, the tokens on both sides of it are right.</summary>
    private void AssertDrawsAsDefined(float[] logits, SamplingParameters settings, int steps)
    {
        const float Rounding = 1e-5f;
        SamplerReference[] references =
        [
            .. from slack in new[] { 0, Rounding, -Rounding }
               let topP = settings.TopP < 1 ? Math.Clamp(settings.TopP + slack, 0, 1) : 1
               select SamplerReference.Of(logits, settings with { TopP = topP, MinP = settings.MinP * (1 + slack) }),
        ];
        List<int> tokens = Draw(logits, settings, steps);
        for (int step = 0; step < steps; step++)
        {
            int token = tokens[step];
            double u = Sampler.Uniform(settings.Seed, step);
            Assert.True(
                references.Any(
                    reference => reference.Keeps(token) && token >= reference.Draw(u - Rounding) && token <= reference.Draw(u + Rounding)),
                $"{settings}, step {step}, {logits.Length} logits: {token}; the definition gives {references[0].Draw(u)}.");
        }
    }

    private List<int> Draw(float[] logits, SamplingParameters settings, int steps)
    {
        using DeviceBuffer<float> input = device!.Upload<float>(logits, MemoryUse.Workspace);
        using DeviceBuffer<float> scratch = device.Allocate<float>(logits.Length, MemoryUse.Workspace);
        using DeviceBuffer<int> output = device.Allocate<int>(1, MemoryUse.Workspace);
        using DeviceBuffer<int> recent = device.Allocate<int>(0, MemoryUse.Workspace);
        var tokens = new List<int>();
        for (int step = 0; step < steps; step++)
        {
            sampling!.Launch(output.View, input.View, scratch.View, recent.View, logits.Length, settings, step);
            tokens.Add(output.Read()[0]);
        }

        return tokens;
    }

    private int Sample(float[] logits, SamplingParameters settings) => Sample(logits, settings, [], out _);

    private int Sample(float[] logits, SamplingParameters settings, int[] recent, out float[] changed)
    {
        using DeviceBuffer<float> input = device!.Upload<float>(logits, MemoryUse.Workspace);
        using DeviceBuffer<float> scratch = device.Allocate<float>(logits.Length, MemoryUse.Workspace);
        using DeviceBuffer<int> output = device.Allocate<int>(2, MemoryUse.Workspace);
        using DeviceBuffer<int> ids = device.Upload<int>(recent, MemoryUse.Workspace);
        sampling!.Launch(output.View, input.View, scratch.View, ids.View, logits.Length, settings, step: 0);
        changed = input.Read();
        int[] chosen = output.Read();
        // NaN is never chosen but where there is nothing else.
        Assert.Equal(BitConverter.SingleToInt32Bits(changed[chosen[0]]), chosen[1]);
        return chosen[0];
    }

    private static float[] Logits(int size, int seed)
    {
        var random = new Random(seed);
        // A sum of uniform numbers, so that a few logits stand out, as a model's do.
        return [.. Enumerable.Range(0, size).Select(_ => 6 * (random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5f))];
    }

    private void Prepare(string id)
    {
        device = Open(id);
        sampling = new(device);
    }
}
