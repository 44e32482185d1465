using System.Text.Json;
using Homer.Kernels.Devices;
using Homer.Kernels.Sampling;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Sampling;

/// <summary>
/// Row 90 of <c>shared/traps</c>: the probabilities of tokens under settings of sampling. Homer's order is the first of the two that
/// engines have: the temperature comes before top-k, top-p and min-p.
/// </summary>
public sealed class SamplingTrapTests : DeviceTests
{
    private const string Expected = "transformers (temperature first)";
    private const int Draws = 4000;

    // With this many draws, the share of a token is off by more in one of a million seeds.
    private static readonly double Slack = 5 * Math.Sqrt(0.25 / Draws);

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, 9)];

    [Theory, MemberData(nameof(Cases))]
    public void Tokens_are_as_probable_as_recorded(int index)
    {
        using var cases = JsonDocument.Parse(File.ReadAllText(SharedData.Require("traps/generation-numbers/cases.json")));
        Assert.Equal(9, cases.RootElement.GetArrayLength());
        JsonElement recorded = cases.RootElement[index];
        float[] logits = Floats(recorded, "logits");
        int[] history = [.. recorded.GetProperty("history (prompt and answer)").EnumerateArray().Select(id => id.GetInt32())];
        SamplingParameters settings = Settings(recorded.GetProperty("settings"));

        int[] counts = Draw(logits, history, settings);
        float[] expected = Floats(recorded, Expected);
        float[] penalized = SamplerReference.Penalize(logits, history, settings.RepetitionPenalty);
        double[] defined = SamplerReference.Of(penalized, settings).Probabilities;
        for (int token = 0; token < logits.Length; token++)
        {
            Assert.Equal(expected[token], defined[token], 2e-6);
            Assert.Equal(expected[token], counts[token] / (double)Draws, Slack);
            if (expected[token] == 0)
                Assert.Equal(0, counts[token]);
        }
    }

    private static float[] Floats(JsonElement json, string name) =>
        [.. json.GetProperty(name).EnumerateArray().Select(number => number.GetSingle())];

    private static SamplingParameters Settings(JsonElement json)
    {
        var settings = new SamplingParameters { Temperature = 1, Seed = 3 };
        foreach (JsonProperty setting in json.EnumerateObject())
        {
            settings = setting.Name switch
            {
                "temperature" => settings with { Temperature = setting.Value.GetSingle() },
                "top_k" => settings with { TopK = setting.Value.GetInt32() },
                "top_p" => settings with { TopP = setting.Value.GetSingle() },
                "min_p" => settings with { MinP = setting.Value.GetSingle() },
                "repetition_penalty" => settings with { RepetitionPenalty = setting.Value.GetSingle() },
                _ => throw new InvalidOperationException($"The case has the unknown setting {setting.Name}."),
            };
        }

        return settings;
    }

    private int[] Draw(float[] logits, int[] history, SamplingParameters settings)
    {
        ComputeDevice device = Open("cpu");
        var sampler = new Sampler(device);
        using DeviceBuffer<float> input = device.Allocate<float>(logits.Length, MemoryUse.Workspace);
        using DeviceBuffer<float> scratch = device.Allocate<float>(logits.Length, MemoryUse.Workspace);
        using DeviceBuffer<int> output = device.Allocate<int>(1, MemoryUse.Workspace);
        using DeviceBuffer<int> recent = device.Upload<int>(history, MemoryUse.Workspace);
        int[] counts = new int[logits.Length];
        for (int step = 0; step < Draws; step++)
        {
            // A penalty changes the logits.
            input.Write(logits);
            sampler.Launch(output.View, input.View, scratch.View, recent.View, logits.Length, settings, step);
            counts[output.Read()[0]]++;
        }

        return counts;
    }
}
