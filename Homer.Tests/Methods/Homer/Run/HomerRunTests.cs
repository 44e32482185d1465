using CsCheck;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Methods.Plain;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Methods.Homer.Run;

/// <summary>Tests what holds for runs with any settings; the golden tests compare the numbers with recorded runs.</summary>
public sealed class HomerRunTests : DeviceTests
{
    private const double Tolerance = 1e-4;

    // All switches are on, so that every kernel runs.
    private static readonly RunCase AllSwitches = new(
        2, 230, 3, new() { Chunk = 30, Warmup = 1, Accumulate = true, Pooling = 3, RereadSuffix = true, Overlap = 3 }, Calibrated: true);

    private static readonly RunCase Recomputing = AllSwitches with { Options = AllSwitches.Options with { Recompute = true } };

    [Fact]
    public void Random_runs_keep_the_planned_survivors_and_free_all_memory()
    {
        ComputeDevice device = Open("cpu");
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), device);
        long before = device.Memory.InUse;
        RunCase.Any.Sample(
            given =>
            {
                MergePlan plan = given.Plan(model);
                using (KvContext context = given.Read(model, newTokens: 3))
                {
                    AssertSurvivors(given, plan, context);
                    AssertLayers(given, plan, context);
                    Assert.Equal(
                        IsRecomputed(given, context) ? context.Length : plan.SuffixPosition + given.Suffix, context.NextPosition);
                    Assert.True(context.Room >= 3, $"room for {context.Room}");
                    Assert.All(context.ReadLogits(), logit => Assert.True(float.IsFinite(logit)));
                    context.Append([1, 2, 3]);
                    Assert.All(context.ReadLogits(), logit => Assert.True(float.IsFinite(logit)));
                }

                Assert.Equal(before, device.Memory.InUse);
            },
            iter: 60, threads: 1);
    }

    [Fact]
    public void Runs_do_not_depend_on_the_number_of_threads()
    {
        using ComputeDevice two = DeviceCatalog.Open("cpu:2"), three = DeviceCatalog.Open("cpu:3");
        string folder = GoldenCase.Model("random-gqa");
        using var model = TransformerModel.Load(folder, Open("cpu:1"));
        using var onTwo = TransformerModel.Load(folder, two);
        using var onThree = TransformerModel.Load(folder, three);
        RunCase.Any.Sample(
            given =>
            {
                using KvContext expected = given.Read(model);
                foreach (TransformerModel other in new[] { onTwo, onThree })
                {
                    using KvContext context = given.Read(other);
                    AssertSame(expected, context);
                }
            },
            iter: 15, threads: 1);
    }

    [Theory]
    [EveryDevice]
    public void Runs_do_not_depend_on_the_device(string name)
    {
        using ComputeDevice cpu = DeviceCatalog.Open("cpu:1");
        using var reference = TransformerModel.Load(GoldenCase.Model("random-gqa"), cpu);
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open(name));
        using KvContext expected = AllSwitches.Read(reference), context = AllSwitches.Read(model);
        AssertSame(expected, context);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(24)]
    [InlineData(25)]
    public void A_document_that_fits_one_chunk_is_read_as_plain_text(int length)
    {
        RunCase given = AllSwitches with { Context = length, Options = AllSwitches.Options with { RereadSuffix = false } };
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using KvContext context = given.Read(model), plain = new PlainMethod().Read(new(model, given.Input));
        Assert.Equal(Enumerable.Range(0, given.Length), context.Survivors.Tokens);
        Assert.Equal(Enumerable.Range(0, given.Length), context.Survivors.Positions);
        Expected.AssertAll(Expected.Within(plain.ReadLogits(), Tolerance), context.ReadLogits(), "logits");
    }

    [Theory]
    [InlineData(26)]
    [InlineData(2000)]
    public void A_longer_document_is_reduced_to_the_target(int length)
    {
        // Only layers 3, 4 and 5 may merge, so that the 80 leaves must merge nine at a time.
        RunCase given = AllSwitches with { Context = length, Options = AllSwitches.Options with { Warmup = 3, Target = 20 } };
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using KvContext context = given.Read(model);
        Assert.Equal(20, context.Length);
        AssertSurvivors(given, given.Plan(model), context);
    }

    [Fact]
    public void A_leaf_reads_its_own_tokens_after_those_that_it_overlaps()
    {
        // Two leaves of 23 and 22 tokens, none of which is pruned. The second also reads the last 6 tokens of the first, like a plain
        // reading that begins there.
        HomerOptions options = AllSwitches.Options with { Chunk = 300, InitialChunk = 34, Overlap = 6, RereadSuffix = false };
        RunCase given = AllSwitches with { Context = 45, Options = options };
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        MergePlan plan = given.Plan(model);
        Assert.Equal((2, 23), (plan.LeafCount, plan.LeafDocumentLength));
        ContextInput fromThere = given.Input with { Document = [.. given.Input.Document.Skip(23 - 6)] };
        using KvContext context = given.Read(model), plain = new PlainMethod().Read(new(model, fromThere));
        Assert.Equal(Enumerable.Range(0, given.Length), context.Survivors.Tokens);
        for (int layer = 0; layer < plan.LeafLayers; layer++)
        {
            Expected.AssertAll(
                Expected.Within(Keys(plain, layer, given.Prefix + 6), Tolerance),
                Keys(context, layer, given.Prefix + 23),
                $"keys of layer {layer}");
        }

        // Returns the keys of the second leaf's 22 tokens.
        static float[] Keys(KvContext context, int layer, int from)
        {
            int end = from + 22, d = context.Cache.HeadDim;
            float[] all = context.Cache.Read(layer, end).Keys;
            IEnumerable<int> heads = Enumerable.Range(0, context.Cache.KvHeads);
            return [.. heads.SelectMany(head => all[(((head * end) + from) * d)..((head + 1) * end * d)])];
        }
    }

    [Fact]
    public void A_chunk_that_fits_its_target_is_never_pruned()
    {
        HomerOptions options = AllSwitches.Options with { Chunk = 300, InitialChunk = 30, Overlap = 0 };
        RunCase given = AllSwitches with { Context = 45, Options = options };
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using KvContext context = given.Read(model);
        Assert.Equal(Enumerable.Range(0, given.Length), context.Survivors.Tokens);
    }

    [Theory, EveryDevice]
    public void A_16_bit_cache_takes_half_the_memory_and_hardly_changes_the_logits(string name)
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open(name));
        using KvContext wide = AllSwitches.Read(model), narrow = (AllSwitches with { CacheType = CacheType.Float16 }).Read(model);
        Assert.Equal(wide.Cache.Bytes, 2 * narrow.Cache.Bytes);
        Expected.AssertAll(Expected.Within(wide.ReadLogits(), 20 * Tolerance), narrow.ReadLogits(), "logits");
    }

    [Fact]
    public void The_seed_alone_decides_random_prunings()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        Assert.Equal(Survivors(1), Survivors(1));
        Assert.NotEqual(Survivors(1), Survivors(2));

        IReadOnlyList<int> Survivors(int seed)
        {
            HomerOptions options = AllSwitches.Options with { Pruning = Pruning.Random, Seed = seed };
            using KvContext context = (AllSwitches with { Options = options }).Read(model);
            return context.Survivors.Tokens;
        }
    }

    [Fact]
    public void Reading_the_suffix_again_changes_nothing_but_the_suffix()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        RunCase withoutRereading = AllSwitches with { Options = AllSwitches.Options with { RereadSuffix = false } };
        using KvContext once = withoutRereading.Read(model, newTokens: 5), twice = AllSwitches.Read(model, newTokens: 5);
        Assert.Equal(once.Survivors.Tokens, twice.Survivors.Tokens);
        Assert.Equal(once.Survivors.Positions, twice.Survivors.Positions);
        Assert.Equal((once.Length, once.NextPosition), (twice.Length, twice.NextPosition));
        int kept = once.Length - AllSwitches.Suffix;
        Assert.Equal(once.Cache.Read(3, kept).Keys, twice.Cache.Read(3, kept).Keys);
        Assert.NotEqual(once.ReadLogits(), twice.ReadLogits());
    }

    [Theory, EveryDevice]
    public void Recomputed_survivors_are_read_like_ordinary_text(string name)
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open(name));
        using KvContext merged = AllSwitches.Read(model), recomputed = Recomputing.Read(model, newTokens: 5);
        Assert.Equal(merged.Survivors.Tokens, recomputed.Survivors.Tokens);
        Assert.Equal(Enumerable.Range(0, merged.Length), recomputed.Survivors.Positions);
        Assert.Equal((merged.Length, merged.Length), (recomputed.Length, recomputed.NextPosition));
        int[] all = [.. Recomputing.Input.Prefix, .. Recomputing.Input.Document, .. Recomputing.Input.Suffix];
        using var plain = KvContext.Create(model, RopeScaling.None, merged.Length);
        plain.Append([.. merged.Survivors.Tokens.Select(token => all[token])]);
        Assert.Equal(plain.ReadLogits(), recomputed.ReadLogits());
        Assert.NotEqual(merged.ReadLogits(), recomputed.ReadLogits());
    }

    [Fact]
    public void Nothing_is_recomputed_where_every_token_survives()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        RunCase small = AllSwitches with { Context = 20 };
        using KvContext once = small.Read(model), again = (small with { Options = Recomputing.Options }).Read(model);
        Assert.Equal(once.ReadLogits(), again.ReadLogits());
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Progress_rises_to_one(bool recompute)
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var progress = new List<double>();
        using KvContext context = (recompute ? Recomputing : AllSwitches).Read(model, progress: progress.Add);
        Assert.Equal(progress.Order(), progress);
        Assert.InRange(progress[0], 1e-9, 0.5);
        Assert.Equal(1, progress[^1]);
    }

    [Fact]
    public void Cancellation_at_any_step_frees_all_memory()
    {
        ComputeDevice device = Open("cpu");
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), device);
        long before = device.Memory.InUse;
        Gen.Double[0, 1].Sample(
            share =>
            {
                using var source = new CancellationTokenSource();
                Assert.Throws<OperationCanceledException>(() => AllSwitches.Read(
                    model,
                    progress: done =>
                    {
                        if (done >= share)
                            source.Cancel();
                    },
                    cancellation: source.Token));
                Assert.Equal(before, device.Memory.InUse);
            },
            iter: 10, threads: 1);
    }

    private static void AssertSame(KvContext expected, KvContext actual)
    {
        Assert.Equal(expected.Survivors.Tokens, actual.Survivors.Tokens);
        Assert.Equal(expected.Survivors.Positions, actual.Survivors.Positions);
        Expected.AssertAll(Expected.Within(expected.ReadLogits(), Tolerance), actual.ReadLogits(), "logits");
    }

    private static void AssertSurvivors(RunCase given, MergePlan plan, KvContext context)
    {
        (IReadOnlyList<int> tokens, IReadOnlyList<int> positions) = context.Survivors;
        Assert.Equal(plan.Root.KeptLength, tokens.Count);
        Assert.Equal(context.Length, tokens.Count);
        Assert.Equal(Enumerable.Range(0, given.Prefix), tokens.Take(given.Prefix));
        Assert.Equal(Enumerable.Range(given.Prefix + given.Context, given.Suffix), tokens.TakeLast(given.Suffix));
        for (int i = 0; i < tokens.Count; i++)
        {
            Assert.True(i == 0 || tokens[i] > tokens[i - 1], "the survivors are out of order");
            int inContext = tokens[i] - given.Prefix, inSuffix = inContext - given.Context;
            int expected = IsRecomputed(given, context) ? i
                : inContext < 0 ? tokens[i]
                : inSuffix < 0 ? plan.DocumentPosition + (inContext % plan.LeafDocumentLength)
                : plan.SuffixPosition + inSuffix;
            Assert.Equal(expected, positions[i]);
        }
    }

    private static bool IsRecomputed(RunCase given, KvContext context) => given.Options.Recompute && context.Length < given.Length;

    private static void AssertLayers(RunCase given, MergePlan plan, KvContext context)
    {
        int[] lengths = [.. Enumerable.Range(0, context.Cache.LayerCount).Select(context.LengthOf)];
        if (given.Options.Refinement == Refinement.Propagative || IsRecomputed(given, context))
        {
            Assert.All(lengths, length => Assert.Equal(context.Length, length));
            return;
        }

        Assert.Equal(plan.Footprint.Finished, lengths);
        Assert.Equal(lengths.OrderDescending(), lengths);
    }
}
