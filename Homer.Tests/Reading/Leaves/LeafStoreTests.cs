using CsCheck;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Models;
using Homer.Engine.Reading;
using Homer.Engine.Reading.Leaves;
using Homer.Kernels.Devices;
using Homer.Tests.Golden;
using Homer.Tests.Methods.Homer;
using Homer.Tests.Support;

namespace Homer.Tests.Reading.Leaves;

/// <summary>Checks that kept leaves are used again for further questions and do not change a single bit of the results.</summary>
public sealed class LeafStoreTests : DeviceTests
{
    // Eight full leaves of 20 tokens and a shorter one.
    private static readonly RunCase NineLeaves = new(
        2,
        170,
        3,
        new() { Chunk = 25, Warmup = 1, FullLeaves = true, Accumulate = true, Pooling = 3, RereadSuffix = true },
        Calibrated: true);

    private readonly TemporaryFolder folder = new();

    private string LeafPath => folder["leaves"];

    [Theory]
    [InlineData("device")]
    [InlineData("host")]
    [InlineData("file")]
    public void Further_questions_give_the_same_bits_as_a_fresh_reading(string place)
    {
        ComputeDevice device = Open("cpu");
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), device);
        long before = device.Memory.InUse;
        Gen.Select(RunCase.Any, Gen.Int[1, 4]).Sample(
            (given, suffix) =>
            {
                File.Delete(LeafPath);
                using (LeafStore leaves = Create(place))
                {
                    AssertAsAfresh(model, given, leaves);
                    // Leaves with equal tokens may be used again within the first reading.
                    MergePlan plan = given.Plan(model);
                    IEnumerable<int[]> slices = given.Input.Document.Chunk(Math.Max(1, plan.LeafDocumentLength));
                    int distinct = slices.Select(slice => string.Join(' ', slice)).Distinct().Count();
                    Assert.InRange(leaves.Reused, 0, plan.LeafCount - Math.Max(1, distinct));
                    AssertAsAfresh(model, given, leaves);
                    Assert.Equal(plan.PrefixLength + plan.DocumentLength > 0 ? plan.LeafCount : 0, leaves.Reused);
                    RunCase other = given with { Suffix = suffix };
                    if (other.IsPlannable)
                        AssertAsAfresh(model, other, leaves);
                }

                Assert.Equal(before, device.Memory.InUse);
            },
            iter: 20, threads: 1);
    }

    [Theory, EveryDevice]
    public void All_leaves_are_used_again_on_any_device(string name)
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open(name));
        using LeafStore leaves = LeafStore.OnDevice();
        AssertAsAfresh(model, NineLeaves, leaves);
        RunCase longer = NineLeaves with { Suffix = 7 };
        // The chunk grows with the question, so that leaves stay the same.
        RunCase open = longer with { Options = NineLeaves.Options with { Chunk = null } };
        var reader = new DocumentReader(Method(open), Request(model, open));
        reader.Keep(leaves, fitChunks: true);
        var fitted = (HomerMethod)reader.Method;
        Assert.Equal(29, fitted.Options.Chunk);
        using KvContext again = reader.Read(), afresh = fitted.WithLeaves(null).Read(reader.Request);
        Assert.Equal(9, leaves.Reused);
        AssertSame(afresh, again);
    }

    [Fact]
    public void A_document_that_grows_changes_only_its_last_leaf()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using LeafStore leaves = LeafStore.OnDevice();
        AssertAsAfresh(model, NineLeaves, leaves);
        AssertAsAfresh(model, NineLeaves with { Context = 178 }, leaves);
        Assert.Equal(8, leaves.Reused);
        AssertAsAfresh(model, NineLeaves with { Context = 195 }, leaves);
        Assert.Equal(8, leaves.Reused);
    }

    [Theory]
    [InlineData("device")]
    [InlineData("host")]
    [InlineData("file")]
    public void The_forecast_includes_the_kept_leaves(string place)
    {
        ComputeDevice device = Open("cpu");
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), device);
        using LeafStore leaves = Create(place);
        for (int length = 100; length <= 200; length += 50)
        {
            PlannedReading Plan() => Method(NineLeaves).WithLeaves(leaves).Plan(Request(model, NineLeaves with { Context = length }));
            for (int reading = 0; reading < 2; reading++)
            {
                long forecast = Plan().Forecast().Memory.PeakBytes;
                device.Memory.ResetPeak();
                Plan().Read().Dispose();
                // The first reading of a length drops the leaves of the length before, which the store still holds when it begins.
                Assert.Equal(forecast, reading == 0 && length > 100 ? Math.Min(device.Memory.Peak, forecast) : device.Memory.Peak);
            }
        }

        Assert.True(leaves.Bytes > 200 * 6 * 32, $"{leaves.Bytes} bytes");
        Assert.Equal(place == "device", leaves.DeviceBytes >= leaves.Bytes);
    }

    [Fact]
    public void A_file_is_used_again_by_another_process()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using (LeafStore leaves = LeafStore.InFile(LeafPath))
            AssertAsAfresh(model, NineLeaves, leaves);
        using (LeafStore leaves = LeafStore.InFile(LeafPath))
        {
            AssertAsAfresh(model, NineLeaves with { Suffix = 2, Options = NineLeaves.Options with { Chunk = 24 } }, leaves);
            Assert.Equal(9, leaves.Reused);
            AssertAsAfresh(model, NineLeaves with { Context = 178 }, leaves);
            Assert.Equal(8, leaves.Reused);
        }

        Assert.Equal([LeafPath], Directory.GetFileSystemEntries(folder.Path));
    }

    // Leaves of a document as letters; capitals are leaves that the file does not have yet. The last one is shorter than the others.
    [Theory]
    [InlineData("abcdz", "Abcdz", 25)]
    [InlineData("abcdez", "bcdez", 25)]
    [InlineData("abcdz", "Aabcdz", 25)]
    [InlineData("abcdz", "dabcz", 25)]
    [InlineData("abcdz", "Bdcbaz", 25)]
    [InlineData("abcd", "bcda", 25)]
    [InlineData("abcd", "Abca", 25)]
    [InlineData("abcdz", "Abcdz", 130)]
    [InlineData("abcdez", "bcdez", 130)]
    [InlineData("abcd", "Adcb", 130)]
    public void A_document_with_another_beginning_is_read_as_afresh(string before, string after, int chunk)
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        RunCase given = NineLeaves with { Options = NineLeaves.Options with { Chunk = chunk } };
        using (LeafStore leaves = LeafStore.InFile(LeafPath))
            Read(before, leaves).Dispose();
        using (LeafStore leaves = LeafStore.InFile(LeafPath))
        {
            foreach (string document in new[] { after, before, after })
            {
                using KvContext afresh = Read(document, null), kept = Read(document, leaves);
                AssertSame(afresh, kept);
                Assert.True(leaves.Reused > 0);
            }
        }

        KvContext Read(string document, LeafStore? leaves)
        {
            int length = chunk - given.Prefix - given.Suffix;
            int[] tokens = [.. document.SelectMany(leaf => new Random(leaf).Below(leaf == 'z' ? length / 2 : length, 64))];
            ContextRequest request = Request(model, given);
            return Method(given).WithLeaves(leaves).Read(request with { Input = request.Input with { Document = tokens } });
        }
    }

    [Fact]
    public void A_file_that_cannot_take_its_name_leaves_the_store_as_it_was()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using LeafStore leaves = LeafStore.InFile(LeafPath);
        AssertAsAfresh(model, NineLeaves, leaves);
        File.Move(LeafPath, folder["elsewhere"]);
        Directory.CreateDirectory(LeafPath);
        Assert.ThrowsAny<HomerException>(() => Read(model, NineLeaves with { Context = 190 }, leaves).Dispose());
        Directory.Delete(LeafPath);
        File.Move(folder["elsewhere"], LeafPath);
        AssertAsAfresh(model, NineLeaves, leaves);
        AssertAsAfresh(model, NineLeaves with { Context = 178 }, leaves);
        Assert.Equal(8, leaves.Reused);
        Assert.Equal([LeafPath], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Broken_and_foreign_files_are_refused_and_left_alone()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using (LeafStore leaves = LeafStore.InFile(LeafPath))
            Read(model, NineLeaves, leaves).Dispose();
        byte[] whole = File.ReadAllBytes(LeafPath);
        Refuse("altered", [.. whole[..^5000], (byte)(whole[^5000] ^ 1), .. whole[^4999..]]);
        Refuse("", whole[..^1]);
        Refuse("", "A text that somebody wrote"u8.ToArray());
        Refuse("no leaves", File.ReadAllBytes(Path.Combine(GoldenCase.Model("random-gqa"), "model.safetensors")));
        using (LeafStore leaves = LeafStore.InFile(folder["missing/leaves"]))
            Refused.With("folder", () => Read(model, NineLeaves, leaves).Dispose());

        void Refuse(string word, byte[] bytes)
        {
            File.WriteAllBytes(LeafPath, bytes);
            Refused.With(word, () => LeafStore.InFile(LeafPath).Dispose());
            Assert.Equal(bytes, File.ReadAllBytes(LeafPath));
        }
    }

    [Theory]
    [InlineData("device")]
    [InlineData("host")]
    [InlineData("file")]
    public void A_canceled_reading_can_be_repeated(string place)
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using (LeafStore leaves = Create(place))
        {
            using var source = new CancellationTokenSource();
            ContextRequest request = Request(model, NineLeaves) with
            {
                Cancellation = source.Token,
                Progress = done =>
                {
                    if (done > 0.5)
                        source.Cancel();
                },
            };
            Assert.Throws<OperationCanceledException>(() => Method(NineLeaves).WithLeaves(leaves).Read(request));
            AssertAsAfresh(model, NineLeaves, leaves);
            AssertAsAfresh(model, NineLeaves, leaves);
            Assert.Equal(9, leaves.Reused);
        }

        Assert.Equal(place == "file" ? 1 : 0, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    public override void Dispose()
    {
        folder.Dispose();
        base.Dispose();
    }

    private static ContextRequest Request(TransformerModel model, RunCase given) => given.Request(model) with { NewTokens = 2 };

    private static HomerMethod Method(RunCase given) => (given with { Options = given.Options with { RowsAtOnce = 0 } }).Method;

    private static KvContext Read(TransformerModel model, RunCase given, LeafStore? leaves) =>
        Method(given).WithLeaves(leaves).Read(Request(model, given));

    private static void AssertAsAfresh(TransformerModel model, RunCase given, LeafStore leaves)
    {
        using KvContext afresh = Read(model, given, null), kept = Read(model, given, leaves);
        AssertSame(afresh, kept);
    }

    private static void AssertSame(KvContext expected, KvContext actual)
    {
        Assert.Equal(expected.Survivors.Tokens, actual.Survivors.Tokens);
        Assert.Equal(expected.Survivors.Positions, actual.Survivors.Positions);
        Assert.Equal(expected.ReadLogits(), actual.ReadLogits());
        for (int layer = 0; layer < expected.Cache.LayerCount; layer++)
        {
            (float[] keys, float[] values) = expected.Cache.Read(layer, expected.LengthOf(layer));
            (float[] actualKeys, float[] actualValues) = actual.Cache.Read(layer, actual.LengthOf(layer));
            Assert.Equal(keys, actualKeys);
            Assert.Equal(values, actualValues);
        }
    }

    private LeafStore Create(string place) => place switch
    {
        "device" => LeafStore.OnDevice(),
        "host" => LeafStore.OnHost(),
        _ => LeafStore.InFile(LeafPath),
    };
}
