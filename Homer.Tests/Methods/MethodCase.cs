using Homer.Engine.Contexts;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Tests.Contexts;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Methods;

/// <summary>Compares methods on the golden model <c>random-gqa</c>, whose window is 128 tokens, with a reference in 64 bits.</summary>
internal static class MethodCase
{
    private const double Tolerance = 1e-4;

    /// <summary>Returns a random input of <paramref name="length"/> tokens, prefix and suffix included.</summary>
    public static ContextInput Input(int length, int seed = 1)
    {
        var random = new Random(seed);
        return new(random.Below(3, 64), random.Below(length - 5, 64), random.Below(2, 64));
    }

    /// <summary>Fails unless a policy allocates as many bytes as it forecasts.</summary>
    public static void AssertAllocates(
        ComputeDevice device, Func<ModelConfig, long> bytes, Func<TransformerModel, RopeTable, CachePolicy> create)
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), device);
        using var rope = new RopeTable(device, model.Config, RopeScaling.None, 40);
        long before = device.Memory.InUse;
        using CachePolicy policy = create(model, rope);
        Assert.Equal(bytes(model.Config), device.Memory.InUse - before);
    }

    /// <summary>
    /// Fails unless a method's logits, after the input and then after the first and the last of some new tokens, are those of the
    /// reference whose cache shows every token the same tokens.
    /// </summary>
    public static void AssertReads(
        string device, IContextMethod method, ContextInput input, int newTokens, Func<ReferenceModel, ReferenceCache> cache)
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), TestDevices.Open(device));
        int[] ids = input.Tokens(), more = new Random(9).Below(newTokens, 64);
        using KvContext context = method.Read(new(model, input) { NewTokens = newTokens });
        var reference = new ReferenceModel();
        Compare(ids, "after the input");
        for (int i = 0; i < newTokens; i++)
        {
            context.Append([more[i]]);
            if (i == 0 || i == newTokens - 1)
                Compare([.. ids, .. more[..(i + 1)]], $"after {i + 1} new tokens");
        }

        void Compare(int[] read, string when) => Expected.AssertAll(
            [.. reference.Logits(read, cache(reference)).Select(logit => new Expected(logit, Tolerance))],
            context.ReadLogits(),
            $"{method.Name}: logits {when}");
    }
}
