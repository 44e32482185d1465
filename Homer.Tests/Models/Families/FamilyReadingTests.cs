using Homer.Engine.Contexts;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Engine.Reading;
using Homer.Engine.Reading.Leaves;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Tests.Support;

namespace Homer.Tests.Models.Families;

/// <summary>Readings of every family that merge chunks: forecasts, kept leaves, further questions, and what the other methods do.</summary>
public sealed class FamilyReadingTests : DeviceTests
{
    // They compute attention themselves, to rows that they choose or rotate anew.
    private static readonly string[] OwnAttention = ["self-extend", "snapkv", "h2o", "streaming"];

    public static TheoryData<string> Names => [.. FamilyCase.Names];

    /// <summary>Forecasts of memory are exact, whatever the weights and the cache are held in.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Memory_of_a_reading_is_as_forecast(string name)
    {
        ComputeDevice device = Open("cpu");
        using var family = new FamilyCase(name);
        foreach ((WeightPrecision precision, CacheType type) in
            new[] { (WeightPrecision.Stored, CacheType.Float32), (WeightPrecision.Int8, CacheType.Float16) })
        {
            using var model = TransformerModel.Load(family.Folder, device, precision);
            var reader = new DocumentReader(new HomerMethod(), Request(model, family, [5, 6]) with { CacheType = type });
            long forecast = reader.Forecast()!.Memory.PeakBytes;
            device.Memory.ResetPeak();
            using KvContext context = reader.Read();
            Assert.Equal(forecast, device.Memory.Peak);
            Assert.All(context.ReadLogits(), logit => Assert.True(float.IsFinite(logit)));
        }
    }

    /// <summary>A further question finds the leaves of the first, and reads what it would read without them.</summary>
    [Theory, MemberData(nameof(Names))]
    public void A_second_question_uses_the_kept_leaves(string name)
    {
        using var family = new FamilyCase(name);
        using var model = TransformerModel.Load(family.Folder, Open("cpu"));
        using LeafStore leaves = LeafStore.OnHost();
        IChunkedMethod method = ((IChunkedMethod)new HomerMethod()).WithLeaves(leaves);
        method.Read(Request(model, family, [5, 6])).Dispose();
        Assert.Equal(0, leaves.Reused);
        ContextRequest further = Request(model, family, [7, 8]);
        using KvContext second = method.Read(further), afresh = new HomerMethod().Read(further);
        Assert.True(leaves.Reused > 1);
        Assert.Equal(afresh.ReadLogits(), second.ReadLogits());
    }

    /// <summary>Leaves of a model with another window are not taken for its own, although the weights are the same.</summary>
    [Fact]
    public void Leaves_of_another_window_are_not_used()
    {
        using var family = new FamilyCase("mistral-window");
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(family.Folder, "model.safetensors"), folder["model.safetensors"]);
        string config = File.ReadAllText(Path.Combine(family.Folder, "config.json"));
        folder.With("config.json", config.Replace("\"sliding_window\": 24", "\"sliding_window\": 20", StringComparison.Ordinal));
        ComputeDevice device = Open("cpu");
        using LeafStore leaves = LeafStore.OnHost();
        IChunkedMethod method = ((IChunkedMethod)new HomerMethod()).WithLeaves(leaves);
        foreach (string path in new[] { family.Folder, folder.Path })
        {
            using var model = TransformerModel.Load(path, device);
            method.Read(Request(model, family, [5, 6])).Dispose();
            Assert.Equal(0, leaves.Reused);
        }
    }

    /// <summary>Every method either reads a model or refuses it by its name.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Other_methods_read_or_refuse(string name)
    {
        using var family = new FamilyCase(name);
        using var model = TransformerModel.Load(family.Folder, Open("cpu"));
        foreach (IContextMethod method in ContextMethods.All)
        {
            ContextRequest request = Request(model, family, [5, 6]);
            if (OwnAttention.Contains(method.Name) && !model.Config.HasUsualAttention)
            {
                Refused.With($"{method.Name} does not go with {model.Config.Family}", () => method.Read(request).Dispose());
                continue;
            }

            // Methods that scale positions refuse models that do so already.
            if (model.Config.RopeScaling != RopeScaling.None && Refuses(method, request))
                continue;
            using KvContext context = method.Read(request);
            Assert.All(context.ReadLogits(), logit => Assert.True(float.IsFinite(logit), method.Name));
        }
    }

    private static bool Refuses(IContextMethod method, ContextRequest request)
    {
        try
        {
            method.Read(request).Dispose();
            return false;
        }
        catch (HomerException e) when (e.Message.Contains("scal", StringComparison.Ordinal))
        {
            return true;
        }
    }

    private static ContextRequest Request(TransformerModel model, FamilyCase family, int[] question)
    {
        int[] ids = [.. family.Ids, .. family.Ids, .. family.Ids];
        return new(model, new(ids[..3], ids[3..], question)) { NewTokens = 2 };
    }
}
