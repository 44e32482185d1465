using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Plain;
using Homer.Engine.Models;
using Homer.Engine.Reading;
using Homer.Engine.Reading.Leaves;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Tests.Models.Gguf;
using Homer.Tests.Support;

namespace Homer.Tests.Models.Families;

/// <summary>
/// Checks what holds for every family in every form of its weights, on every device, with small random models that are made here, in
/// folders and GGUF files.
/// </summary>
public sealed class FamilyMatrixTests : DeviceTests
{
    private const double SameModel = 1e-4;

    private static readonly string[] Devices = ["cpu", "opencl", "cuda"];

    private readonly TemporaryFolder folder = new();

    public static MatrixTheoryData<string, string, string> Cases => new(SmallModel.Families, SmallModel.Forms, Devices);

    public static TheoryData<string> Families => [.. SmallModel.Families];

    public override void Dispose()
    {
        folder.Dispose();
        base.Dispose();
    }

    [Fact]
    public void Every_family_has_a_small_model() => Assert.Equal(
        Engine.Models.Families.ModelFamilies.All.Select(family => family.Architecture).Order(), SmallModel.Families.Order());

    /// <summary>
    /// One chunk of which nothing is left out gives the logits of plain reading, also for a token that comes after. With weights of eight
    /// bits, blocks of fewer than four tokens are rounded, too, so that none is read alone here.
    /// </summary>
    [Theory, MemberData(nameof(Cases))]
    public void One_chunk_without_reduction_equals_plain(string family, string form, string deviceName)
    {
        using TransformerModel model = Load(family, form, deviceName);
        int[] ids = Ids(model, (model.Config.Window / 2) - 4);
        var request = new ContextRequest(model, new(ids[..4], ids[4..^5], ids[^5..])) { NewTokens = 1 };
        float[] plain = After(new PlainMethod());
        Assert.Contains(plain, logit => logit != 0);
        Expected.AssertAll(Expected.Within(plain, SameModel), After(new HomerMethod()), "logits");

        float[] After(IContextMethod method)
        {
            using KvContext context = method.Read(request);
            if (model.Precision == WeightPrecision.Stored)
                context.Append([ids[0]]);
            return context.ReadLogits();
        }
    }

    /// <summary>A further question finds the leaves of the first, and reads to the bit what it would read without them.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void A_second_question_uses_the_kept_leaves(string family, string form, string deviceName)
    {
        using TransformerModel model = Load(family, form, deviceName);
        using LeafStore leaves = LeafStore.OnHost();
        // On a GPU, leaves that are not kept would run side by side, with other rounding.
        HomerMethod homer = new(new() { RowsAtOnce = 0 });
        homer.WithLeaves(leaves).Read(Long(model, [5, 6])).Dispose();
        Assert.Equal(0, leaves.Reused);
        ContextRequest further = Long(model, [7, 8]);
        using KvContext second = homer.WithLeaves(leaves).Read(further), afresh = homer.Read(further);
        Assert.True(leaves.Reused > 1);
        Assert.Equal(afresh.ReadLogits(), second.ReadLogits());
        Assert.All(second.ReadLogits(), logit => Assert.True(float.IsFinite(logit)));
    }

    /// <summary>Forecasts of memory are exact to the byte, whatever weights and cache are held in.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Memory_of_a_reading_is_as_forecast(string family, string form, string deviceName)
    {
        using TransformerModel model = Load(family, form, deviceName);
        foreach (CacheType type in Enum.GetValues<CacheType>())
        {
            var reader = new DocumentReader(new HomerMethod(), Long(model, [5, 6]) with { CacheType = type });
            long forecast = reader.Forecast()!.Memory.PeakBytes;
            model.Device.Memory.ResetPeak();
            using KvContext context = reader.Read();
            Assert.Equal(forecast, model.Device.Memory.Peak);
            Assert.All(context.ReadLogits(), logit => Assert.True(float.IsFinite(logit)));
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Memory_of_weights_is_as_told(string family, string form, string deviceName)
    {
        ComputeDevice device = Open(deviceName);
        (string path, WeightPrecision precision) = SmallModel.Save(family, form, folder);
        long before = device.Memory.InUse;
        using var model = TransformerModel.Load(path, device, precision);
        Assert.Equal(TransformerModel.WeightsBytes(path, precision), device.Memory.InUse - before);
    }

    /// <summary>
    /// Checks that equal numbers in a GGUF file, by the conventions of the format, are an equal model to the bit, except that the format
    /// rounds the factor on attention to 32 bits.
    /// </summary>
    [Theory, MemberData(nameof(Families))]
    public void A_GGUF_file_computes_what_the_folder_computes(string family)
    {
        ComputeDevice device = Open("cpu");
        double error = family is "Phi3ForCausalLM" or "Olmo3ForCausalLM" ? SameModel : 0;
        foreach ((string inFolder, string inFile) in new[] { ("f32", "gguf-f32"), ("bf16", "gguf-bf16") })
        {
            using var expected = TransformerModel.Load(SmallModel.Save(family, inFolder, folder).Path, device);
            using var actual = TransformerModel.Load(SmallModel.Save(family, inFile, folder).Path, device);
            int[] ids = Ids(expected, 48);
            float[] logits = GgufCase.Prefill(expected, ids);
            Assert.True(logits.Max() - logits.Min() > 1);
            Expected.AssertAll(Expected.Within(logits, error), GgufCase.Prefill(actual, ids), $"{inFile} instead of {inFolder}");
        }
    }

    private TransformerModel Load(string family, string form, string deviceName)
    {
        ComputeDevice device = Open(deviceName);
        (string path, WeightPrecision precision) = SmallModel.Save(family, form, folder);
        return TransformerModel.Load(path, device, precision);
    }

    private static int[] Ids(TransformerModel model, int count) => new Random(3).Below(count, model.Config.VocabularySize);

    /// <summary>Returns a request of more than three windows.</summary>
    private static ContextRequest Long(TransformerModel model, int[] question)
    {
        int[] ids = Ids(model, (3 * model.Config.Window) + 7);
        return new(model, new(ids[..3], ids[3..], question)) { NewTokens = 2 };
    }
}
