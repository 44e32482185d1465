using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Run;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Tests.Support;
using KvContext = Homer.Engine.Contexts.KvContext;

namespace Homer.Tests.Golden;

/// <summary>Compares Homer with recorded runs: survivors token for token, the cache and the continuation.</summary>
public sealed class GoldenMergingTests : DeviceTests
{
    private const float KeyTolerance = 1e-4f;
    private const float LogitTolerance = 1e-3f;

    // One leaf at a time, and all leaves in one batch.
    public static MatrixTheoryData<string, int, string> Cases => new(Names, [0, 1280], ["cpu", "opencl", "cuda"]);

    private static IEnumerable<string> Names =>
        Directory.GetFiles(GoldenCase.Data, "*.safetensors").Select(path => Path.GetFileNameWithoutExtension(path)!)
            .Where(name => name != "plain-and-calibration").Append("stories260K-eight-chunks").Order();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Recorded_run_is_reproduced(string name, int rowsAtOnce, string deviceName)
    {
        string local = Path.Combine(GoldenCase.Data, name + ".safetensors");
        using var golden = new GoldenCase(File.Exists(local) ? local : SharedData.Require($"golden/{name}.safetensors"));
        using var model = TransformerModel.Load(golden.ModelFolder, Open(deviceName));
        var method = (HomerMethod)new HomerMethod(golden.Options with { RowsAtOnce = rowsAtOnce }).WithCalibration(golden.Calibration);
        var request = new ContextRequest(model, golden.Input)
        {
            RopeScaling = golden.RopeScaling,
            Cancellation = TestContext.Current.CancellationToken,
        };
        List<PruningEvent> prunings = [];
        using (var run = new HomerRun(method.PlanMerging(request))
        {
            OnPruning = prunings.Add,
            OnRoot = (hidden, count) => CompareRoot(golden, model, hidden, count),
        })
        {
            using KvContext ignored = run.Run();
        }

        // The recorded run reads one chunk after another; here leaves run in a batch.
        prunings.Sort((one, other) => one.Node.Number.CompareTo(other.Node.Number));
        for (int i = 0; i < prunings.Count; i++)
        {
            Assert.Equal(golden.Integers($"prune.{i}.layer")[0], prunings[i].Layer);
            Assert.Equal(golden.Integers($"prune.{i}.kept"), prunings[i].Kept);
        }

        Assert.False(golden.Tensors.ContainsKey($"prune.{prunings.Count}.kept"), "the recording has more prunings");
        using KvContext context = method.Read(request with { NewTokens = golden.Greedy.Length });
        CompareCache(golden, context);
        Assert.Equal(golden.Greedy, ContinueGreedily(model, context, golden));
    }

    /// <summary>Compares the logits of all tokens of the root, if they were recorded.</summary>
    private static void CompareRoot(GoldenCase golden, TransformerModel model, ILGPU.ArrayView<float> hidden, int count)
    {
        float[] recorded = golden.Floats("logits");
        if (golden.Options.RereadSuffix || recorded.Length != count * model.Config.VocabularySize)
            return;
        using var rope = new RopeTable(model.Device, model.Config, RopeScaling.None, length: 1);
        using var forward = new ForwardPass(model, rope, count);
        using DeviceBuffer<float> logits = model.Device.Allocate<float>(recorded.Length, MemoryUse.Workspace);
        forward.Logits(hidden, logits.View, count);
        AssertClose(recorded, logits.Read(), LogitTolerance, "logits of the root");
    }

    private static void CompareCache(GoldenCase golden, KvContext context)
    {
        Assert.Equal(golden.Integers("last_position")[0] + 1, context.NextPosition);
        if (golden.Tensors.ContainsKey("tokens"))
        {
            Assert.Equal(golden.Integers("tokens"), context.Survivors.Tokens);
            Assert.Equal(golden.Integers("positions"), context.Survivors.Positions);
        }

        for (int layer = 0; layer < context.Cache.LayerCount; layer++)
        {
            if (!golden.Tensors.ContainsKey($"layers.{layer}.key"))
                continue;
            Assert.Equal(golden.Tensors[$"layers.{layer}.key"].Shape[1], context.Length);
            (float[] keys, float[] values) = context.Cache.Read(layer, context.Length);
            AssertClose(golden.Floats($"layers.{layer}.key"), keys, KeyTolerance, $"keys of layer {layer}");
            AssertClose(golden.Floats($"layers.{layer}.value"), values, KeyTolerance, $"values of layer {layer}");
        }

        float[] logits = context.ReadLogits();
        AssertClose(golden.Floats("logits")[^logits.Length..], logits, LogitTolerance, "logits");
    }

    private static List<int> ContinueGreedily(TransformerModel model, KvContext context, GoldenCase golden)
    {
        float[] recorded = golden.Tensors.ContainsKey("greedy_logits") ? golden.Floats("greedy_logits") : [];
        List<int> chosen = [];
        for (int i = 0; i < golden.Greedy.Length; i++)
        {
            float[] logits = context.ReadLogits();
            if (i > 0 && recorded.Length > 0)
            {
                float[] expected = recorded[((i - 1) * logits.Length)..(i * logits.Length)];
                AssertClose(expected, logits, LogitTolerance, $"logits of new token {i}");
            }

            chosen.Add(Array.IndexOf(logits, logits.Max()));
            if (i < golden.Greedy.Length - 1)
                context.Append([chosen[^1]]);
        }

        return chosen;
    }

    private static void AssertClose(float[] expected, float[] actual, float tolerance, string what) =>
        Expected.AssertAll(Expected.Within(expected, tolerance), actual, what);
}
