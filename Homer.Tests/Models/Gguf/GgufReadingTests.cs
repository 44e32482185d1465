using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Plain;
using Homer.Engine.Models;
using Homer.Engine.Reading;
using Homer.Engine.Reading.Leaves;
using Homer.Engine.Weights.Gguf;
using Homer.Kernels.KvCache;
using Homer.Kernels.Weights;
using Homer.Tests.Support;

namespace Homer.Tests.Models.Gguf;

/// <summary>Readings of models whose matrices are of each storage type, in small files of random blocks that are made here.</summary>
public sealed class GgufReadingTests : DeviceTests
{
    private const double SameModel = 1e-4;

    private static readonly string[] Devices = ["cpu", "opencl", "cuda"];

    private readonly TemporaryFolder folder = new();

    /// <summary>Every number of a storage type that Homer reads.</summary>
    public static MatrixTheoryData<uint, string> Cases =>
        new(Enumerable.Range(0, 256).Select(number => (uint)number).Where(number => GgmlTypes.TryFind(number, out _)), Devices);

    public override void Dispose()
    {
        folder.Dispose();
        base.Dispose();
    }

    [Theory, MemberData(nameof(Cases))]
    public void One_chunk_without_reduction_equals_plain(uint number, string deviceName)
    {
        using TransformerModel model = Load(number, deviceName);
        int[] ids = Ids(model, (model.Config.Window / 2) - 4);
        var request = new ContextRequest(model, new(ids[..3], ids[3..^2], ids[^2..])) { NewTokens = 1 };
        using KvContext plain = new PlainMethod().Read(request), homer = new HomerMethod().Read(request);
        AssertAlike();
        plain.Append([5]);
        homer.Append([5]);
        AssertAlike();

        void AssertAlike()
        {
            float[] expected = plain.ReadLogits();
            Assert.True(expected.Max() - expected.Min() > 0.01);
            Expected.AssertAll(Expected.Within(expected, SameModel * expected.Max(Math.Abs)), homer.ReadLogits(), "logits");
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Kept_leaves_and_forecasts_hold(uint number, string deviceName)
    {
        using TransformerModel model = Load(number, deviceName);
        using LeafStore leaves = LeafStore.OnHost();
        foreach (CacheType type in Enum.GetValues<CacheType>())
        {
            ContextRequest request = Long(model, [5, 6]) with { CacheType = type }, further = Long(model, [7, 8]) with { CacheType = type };
            var reader = new DocumentReader(new HomerMethod(), request);
            long forecast = reader.Forecast()!.Memory.PeakBytes;
            model.Device.Memory.ResetPeak();
            reader.Read().Dispose();
            Assert.Equal(forecast, model.Device.Memory.Peak);

            // On a GPU, leaves that are not kept would run side by side, with other rounding.
            HomerMethod homer = new(new() { RowsAtOnce = 0 });
            homer.WithLeaves(leaves).Read(request).Dispose();
            Assert.Equal(0, leaves.Reused);
            using KvContext second = homer.WithLeaves(leaves).Read(further), afresh = homer.Read(further);
            Assert.True(leaves.Reused > 1);
            Assert.Equal(afresh.ReadLogits(), second.ReadLogits());
            Assert.All(second.ReadLogits(), logit => Assert.True(float.IsFinite(logit)));
        }
    }

    private TransformerModel Load(uint number, string deviceName)
    {
        Assert.True(GgmlTypes.TryFind(number, out WeightType type));
        return TransformerModel.Load(EditableGguf.Llama(type, number).Save(folder["model.gguf"]), Open(deviceName));
    }

    private static int[] Ids(TransformerModel model, int count) => new Random(3).Below(count, model.Config.VocabularySize);

    private static ContextRequest Long(TransformerModel model, int[] question)
    {
        int[] ids = Ids(model, 3 * model.Config.Window);
        return new(model, new(ids[..3], ids[3..], question)) { NewTokens = 2 };
    }
}
