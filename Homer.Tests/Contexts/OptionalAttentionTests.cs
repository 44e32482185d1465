using Homer.Engine.Contexts;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Contexts;

/// <summary>
/// Windows, soft caps, growing queries and rotations of their own, in small models that need no reference data, against the model in 64
/// bits.
/// </summary>
public sealed class OptionalAttentionTests : DeviceTests
{
    private const double Error = 1e-4;
    private const int Window = 10;

    // Scores far from 0, so that a softmax depends on them.
    private static readonly ModelConfig Base = ModelConfig.Read(Path.Combine(GoldenCase.Model("random-gqa"), "config.json")) with
    {
        AttentionScale = 300,
    };

    private static readonly Dictionary<string, ModelConfig> Configs = new()
    {
        ["window"] = Base with { SlidingWindow = Window, WindowedLayers = new HashSet<int>(Enumerable.Range(0, Base.Layers)) },
        ["window in some layers"] = Base with
        {
            SlidingWindow = Window,
            WindowedLayers = new HashSet<int> { 0, 1, 3 },
            WindowedRope = new(500, RopeScaling.None),
        },
        ["caps"] = Base with { AttentionSoftCap = 2, LogitSoftCap = 0.05f },
        ["growth"] = Base with { QueryGrowth = new(0.5, 16) },
        ["all"] = Base with
        {
            SlidingWindow = Window,
            WindowedLayers = new HashSet<int> { 1, 2 },
            AttentionSoftCap = 3,
            LogitSoftCap = 0.1f,
            QueryGrowth = new(0.3, 8),
        },
    };

    public static MatrixTheoryData<string, string> Cases => new(Configs.Keys, TestDevices.Names);

    [Theory, MemberData(nameof(Cases))]
    public void Plain_reading_is_that_of_the_model_in_64_bits(string name, string deviceName)
    {
        using var model = TransformerModel.Random(Configs[name], SafetensorsType.F32, Open(deviceName));
        using WeightFiles files = RandomWeights.Create(Configs[name], SafetensorsType.F32);
        int[] ids = new Random(1).Below(48, Base.VocabularySize);
        double[] expected = new ReferenceModel(Configs[name], files).Logits(ids, new ReferenceCache());
        double[] others = new ReferenceModel(Base, files).Logits(ids, new ReferenceCache());
        // The part matters: without it the logits are others.
        Assert.True(expected.Zip(others).Max(pair => Math.Abs(pair.First - pair.Second)) > 20 * Error);
        foreach (int piece in new[] { 48, 7, 1 })
        {
            using KvContext context = KvContext.Create(model, RopeScaling.None, ids.Length);
            for (int start = 0; start < ids.Length; start += piece)
                context.Append(ids.AsSpan(start, Math.Min(piece, ids.Length - start)));
            Expected.AssertAll([.. expected.Select(logit => new Expected(logit, Error))], context.ReadLogits(), $"{name} by {piece}");
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void One_chunk_equals_plain_and_merging_gives_numbers(string name, string deviceName)
    {
        using var model = TransformerModel.Random(Configs[name], SafetensorsType.F32, Open(deviceName));
        int[] ids = new Random(2).Below(300, Base.VocabularySize);
        ContextRequest one = new(model, new(ids[..3], ids[3..60], ids[60..62])), many = new(model, new(ids[..3], ids[3..], ids[..2]));
        using KvContext plain = ContextMethods.Find("plain").Read(one), homer = new HomerMethod(new() { Chunk = 64 }).Read(one);
        Expected.AssertAll(Expected.Within(plain.ReadLogits(), Error), homer.ReadLogits(), name);
        HomerOptions[] all = [new() { Chunk = 64 }, new() { Chunk = 24 }, HomerOptions.Best with { Chunk = 64 }];
        foreach (HomerOptions options in all)
        {
            using KvContext merged = new HomerMethod(options).Read(many);
            Assert.All(merged.ReadLogits(), logit => Assert.True(float.IsFinite(logit)));
        }
    }
}
