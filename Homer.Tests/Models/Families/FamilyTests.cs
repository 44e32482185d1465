using Homer.Engine.Contexts;
using Homer.Engine.Methods;
using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Tests.Support;

namespace Homer.Tests.Models.Families;

/// <summary>Every family that Homer runs, against logits that the reference implementation recorded.</summary>
public sealed class FamilyTests : DeviceTests
{
    private const double Recorded = 1e-3;
    private const double SameModel = 1e-4;
    private const float NearTie = 0.005f;

    public static TheoryData<string> Names => [.. FamilyCase.Names];

    public static MatrixTheoryData<string, string> NamesOnDevices => new(FamilyCase.Names, TestDevices.Names);

    public static TheoryData<string> Spellings => [.. FamilyCase.Spellings];

    [Theory, MemberData(nameof(NamesOnDevices))]
    public void Logits_are_as_recorded(string name, string deviceName)
    {
        ComputeDevice device = Open(deviceName);
        using var family = new FamilyCase(name);
        using var model = TransformerModel.Load(family.Folder, device);
        foreach ((int length, float[] expected) in family.Logits)
            Expected.AssertAll(Expected.Within(expected, Recorded), Prefill(model, family.Ids[..length]), $"logits of {length} ids");
    }

    [Theory, MemberData(nameof(Spellings))]
    public void Other_spellings_read_the_same(string name)
    {
        ComputeDevice device = Open("cpu");
        using var family = new FamilyCase(name, "traps");
        using var model = TransformerModel.Load(family.Folder, device);
        foreach ((int length, float[] expected) in family.Logits)
            Expected.AssertAll(Expected.Within(expected, Recorded), Prefill(model, family.Ids[..length]), $"logits of {length} ids");
    }

    /// <summary>Most ids are read one at a time, which takes the kernels of decoding.</summary>
    [Theory, MemberData(nameof(NamesOnDevices))]
    public void Decoding_gives_the_logits_of_prefill(string name, string deviceName)
    {
        ComputeDevice device = Open(deviceName);
        using var family = new FamilyCase(name);
        using var model = TransformerModel.Load(family.Folder, device);
        foreach ((int length, float[] expected) in family.Logits)
        {
            const int First = 5;
            using KvContext context = KvContext.Create(model, model.Config.RopeScaling, length, textLength: length);
            var logits = new List<float>();
            context.Append(family.Ids.AsSpan(0, First), observe: logits.AddRange);
            foreach (int id in family.Ids[First..length])
                context.Append([id], observe: logits.AddRange);
            Expected.AssertAll(Expected.Within(expected, Recorded), [.. logits], $"logits of {length} ids");
        }
    }

    [Theory, MemberData(nameof(NamesOnDevices))]
    public void The_greedy_continuation_is_as_recorded(string name, string deviceName)
    {
        ComputeDevice device = Open(deviceName);
        using var family = new FamilyCase(name);
        using var model = TransformerModel.Load(family.Folder, device);
        using KvContext context = KvContext.Create(model, model.Config.RopeScaling, family.Ids.Length + 16);
        context.Append(family.Ids);
        foreach ((int token, float margin) in family.Greedy)
        {
            float[] logits = context.ReadLogits();
            if (margin >= NearTie)
                Assert.Equal(token, Array.IndexOf(logits, logits.Max()));
            context.Append([token]);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void One_chunk_without_reduction_equals_plain(string name)
    {
        ComputeDevice device = Open("cpu");
        using var family = new FamilyCase(name);
        using var model = TransformerModel.Load(family.Folder, device);
        int[] ids = family.Ids[..((model.Config.Window / 2) - 4)];
        var request = new ContextRequest(model, new(ids[..3], ids[3..^2], ids[^2..])) { NewTokens = 1 };
        float[] plain = After("plain");
        Expected.AssertAll(Expected.Within(plain, SameModel), After("homer"), "logits");

        float[] After(string method)
        {
            using KvContext context = ContextMethods.Find(method).Read(request);
            context.Append([ids[0]]);
            return context.ReadLogits();
        }
    }

    /// <summary>Several chunks, over weights of eight bits and a 16-bit cache.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Merging_reads_more_than_the_window(string name)
    {
        ComputeDevice device = Open("cpu");
        using var family = new FamilyCase(name);
        using var model = TransformerModel.Load(family.Folder, device, WeightPrecision.Int8);
        int[] ids = [.. family.Ids, .. family.Ids, .. family.Ids];
        var request = new ContextRequest(model, new(ids[..3], ids[3..^2], ids[^2..]))
        {
            NewTokens = 1,
            CacheType = CacheType.Float16,
        };
        using KvContext context = ContextMethods.Find("homer").Read(request);
        Assert.All(context.ReadLogits(), logit => Assert.True(float.IsFinite(logit)));
    }

    [Theory, MemberData(nameof(Names))]
    public void Memory_of_weights_is_as_told(string name)
    {
        ComputeDevice device = Open("cpu");
        using var family = new FamilyCase(name);
        foreach (WeightPrecision precision in Enum.GetValues<WeightPrecision>())
        {
            long before = device.Memory.InUse;
            using var model = TransformerModel.Load(family.Folder, device, precision);
            Assert.Equal(TransformerModel.WeightsBytes(family.Folder, precision), device.Memory.InUse - before);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Random_weights_have_the_names_and_shapes_of_the_family(string name)
    {
        using var family = new FamilyCase(name);
        using WeightFiles real = WeightFiles.Open(family.Folder), random = RandomWeights.Create(family.Config, SafetensorsType.BF16);
        Assert.Equal(real.Names, random.Names);
        Assert.All(real.Names, tensor => Assert.Equal(real[tensor].Tensor.Shape, random[tensor].Tensor.Shape));
        Assert.Equal(random.Names.Sum(tensor => random[tensor].Tensor.ElementCount), family.Config.ParameterCount);
    }

    private static float[] Prefill(TransformerModel model, int[] ids)
    {
        using KvContext context = KvContext.Create(model, model.Config.RopeScaling, ids.Length);
        var logits = new List<float>();
        context.Append(ids, observe: logits.AddRange);
        return [.. logits];
    }
}
