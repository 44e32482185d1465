using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Plain;
using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Kernels.KvCache;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Contexts;

public sealed class CacheFileTests : DeviceTests
{
    private const int NewTokens = 8;

    // Tokens that the settings below leave of the input.
    private const int Kept = 23;

    private static readonly ContextInput Input = new([1, 5], new Random(1).Below(90, 64), [7, 8, 9]);
    private static readonly HomerOptions Options = new() { Chunk = 24, Warmup = 1 };

    private readonly TemporaryFolder folder = new();

    private string CachePath => folder["cache.safetensors"];

    public override void Dispose()
    {
        folder.Dispose();
        base.Dispose();
    }

    public static TheoryData<HomerOptions, RopeScaling> Settings => new()
    {
        { Options, RopeScaling.None },
        { Options with { Accumulate = true, Pooling = 3, RereadSuffix = true }, RopeScaling.None },
        { Options with { Refinement = Refinement.None }, RopeScaling.None },
        { Options, RopeScaling.Create("yarn", 4, 128) },
        { Options, new(RopeScalingType.Llama3, 8, 128, 2, 3) },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_context_read_back_is_the_one_written(HomerOptions options, RopeScaling scaling)
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using KvContext context = Write(model, options, scaling);
        using KvContext read = CacheFile.Read(CachePath, model, NewTokens);
        Assert.Equal((context.Length, context.NextPosition), (read.Length, read.NextPosition));
        Assert.Equal(context.Survivors.Tokens, read.Survivors.Tokens);
        Assert.Equal(context.Survivors.Positions, read.Survivors.Positions);
        AssertSameCache(context, read);
        for (int i = 0; i < NewTokens; i++)
        {
            float[] logits = context.ReadLogits();
            Assert.Equal(logits, read.ReadLogits());
            int next = Array.IndexOf(logits, logits.Max());
            context.Append([next]);
            read.Append([next]);
        }
    }

    [Fact]
    public void A_plain_context_can_be_kept_too()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using KvContext context = new PlainMethod().Read(new(model, Input));
        CacheFile.Write(CachePath, context, model, RopeScaling.None, new Dictionary<string, string>());
        using KvContext read = CacheFile.Read(CachePath, model, 1);
        AssertSameCache(context, read);
        Assert.Equal(Enumerable.Range(0, Input.Length), read.Survivors.Positions);
    }

    [Fact]
    public void Tokens_appended_after_reading_are_kept()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using KvContext context = Write(model, Options, append: [3, 4]);
        using KvContext read = CacheFile.Read(CachePath, model, NewTokens);
        AssertSameCache(context, read);
        Assert.Equal(context.NextPosition, read.NextPosition);
        Assert.Equal([Input.Length - 1, Input.Length, Input.Length + 1], read.Survivors.Tokens.TakeLast(3));
        Assert.Equal([context.NextPosition - 2, context.NextPosition - 1], read.Survivors.Positions.TakeLast(2));
    }

    [Fact]
    public void Another_models_cache_is_refused()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        Write(model, Options).Dispose();
        using var copy = new CopiedModel();
        copy.Weights["model.norm.weight"] = SafetensorsPart.Create("model.norm.weight", new float[32], 32);
        using var other = TransformerModel.Load(copy.Save(), model.Device);
        Refused.With("another model", () => CacheFile.Read(CachePath, other, 1));
    }

    [Fact]
    public void A_truncated_file_is_refused()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        Write(model, Options).Dispose();
        byte[] whole = File.ReadAllBytes(CachePath);
        foreach (int length in new[] { 0, 7, 100, whole.Length / 2, whole.Length - 1 })
        {
            File.WriteAllBytes(CachePath, whole[..length]);
            Refused.With("cache.safetensors", () => CacheFile.Read(CachePath, model, 1));
        }
    }

    [Fact]
    public void An_altered_file_is_refused()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        Write(model, Options).Dispose();
        CacheFile.Describe(CachePath);
        byte[] whole = File.ReadAllBytes(CachePath);
        using SafetensorsFile file = SafetensorsFile.Open(CachePath);
        long[] offsets = [file["positions"].Offset + 1, file["layers.3.key"].Offset + 1, file["logits"].Offset + 1, whole.Length - 1];
        foreach (long at in offsets)
            RefuseAltered(altered => altered[at] ^= 1);
        RefuseAltered(altered => altered[whole.AsSpan().IndexOf("\"chunk\":\"24\""u8) + 10] = (byte)'5');

        void RefuseAltered(Action<byte[]> alter)
        {
            byte[] altered = [.. whole];
            alter(altered);
            File.Delete(CachePath);
            File.WriteAllBytes(CachePath, altered);
            Refused.With("altered", () => CacheFile.Read(CachePath, model, 1));
            Refused.With("altered", () => CacheFile.Describe(CachePath));
        }
    }

    [Fact]
    public void A_cache_tells_what_it_holds()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        Write(model, Options).Dispose();
        CacheDescription cache = CacheFile.Describe(CachePath);
        Assert.Equal((Kept, model.Fingerprint, "F32"), (cache.Tokens, cache.Fingerprint, cache.ElementType));
        Assert.Equal(("24", new FileInfo(CachePath).Length), (cache.Settings["chunk"], cache.Bytes));
        Assert.True(CacheFile.LooksLikeCache(CachePath));
        Assert.False(CacheFile.LooksLikeCache(Path.Combine(GoldenCase.Model("random-gqa"), "model.safetensors")));
        Assert.False(CacheFile.LooksLikeCache(folder["missing"]));
    }

    [Fact]
    public void Files_that_are_not_caches_are_refused()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        string weights = Path.Combine(GoldenCase.Model("random-gqa"), "model.safetensors");
        Refused.With("not a Homer cache", () => CacheFile.Read(weights, model, 1));
        Refused.With("missing", () => CacheFile.Read(folder["missing"], model, 1));
    }

    public static TheoryData<string, SafetensorsPart> Damages => new()
    {
        { "positions and tokens", SafetensorsPart.Create<int>("positions", [], 0) },
        { "positions and tokens", SafetensorsPart.Create<int>("tokens", [1], 1) },
        { "I32", SafetensorsPart.Create<float>("positions", [1], 1) },
        { "layer 2", SafetensorsPart.Create<float>("layers.2.key", new float[2 * Kept * 8], Kept, 2, 8) },
        { "layer 2", SafetensorsPart.Create<float>("layers.2.value", new float[2 * Kept * 4], 2, Kept, 4) },
        { "layer 2", SafetensorsPart.Create<float>("layers.2.key", [], 2, 0, 8) },
        { "layer 2", SafetensorsPart.Create<float>("layers.2.key", new float[2 * Kept * 8], 2, Kept * 8) },
        { "F32", SafetensorsPart.Create<int>("layers.0.key", new int[2 * Kept * 8], 2, Kept, 8) },
        { "logits", SafetensorsPart.Create<float>("logits", new float[63], 63) },
    };

    [Theory]
    [MemberData(nameof(Damages), DisableDiscoveryEnumeration = true)]
    public void A_tensor_that_does_not_fit_is_refused(string word, SafetensorsPart part) =>
        RefuseDamaged(word, file => file.Parts[part.Name] = part);

    [Fact]
    public void A_last_layer_of_another_length_is_refused() => RefuseDamaged("differ in length", file =>
    {
        file.Parts["layers.5.key"] = SafetensorsPart.Create("layers.5.key", new float[2 * 3 * 8], 2, 3, 8);
        file.Parts["layers.5.value"] = SafetensorsPart.Create("layers.5.value", new float[2 * 3 * 8], 2, 3, 8);
    });

    [Theory]
    [InlineData("positions")]
    [InlineData("tokens")]
    [InlineData("layers.0.key")]
    [InlineData("layers.5.value")]
    [InlineData("logits")]
    public void A_missing_tensor_is_named(string name) => RefuseDamaged($"'{name}'", file => file.Parts.Remove(name));

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MaxValue - 1)]
    [InlineData(int.MaxValue / 2)]
    public void An_impossible_position_is_refused(int last) => RefuseDamaged("position", file =>
        file.Parts["positions"] = SafetensorsPart.Create("positions", [.. Enumerable.Repeat(last, Kept)], Kept));

    [Theory]
    [InlineData("rope_scaling", "sideways", "sideways")]
    [InlineData("rope_factor", "many", "scaling")]
    [InlineData("rope_factor", "0", "factor")]
    [InlineData("rope_original", "", "scaling")]
    public void Metadata_that_cannot_be_read_is_refused(string name, string value, string word) => RefuseDamaged(word, file =>
    {
        file.Metadata["rope_scaling"] = "yarn";
        file.Metadata[name] = value;
    });

    [Fact]
    public void A_16_bit_cache_stays_one()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using KvContext context = Write(model, Options, type: CacheType.Float16);
        using KvContext read = CacheFile.Read(CachePath, model, NewTokens);
        Assert.Equal(CacheType.Float16, read.Cache.Type);
        AssertSameCache(context, read);
        Assert.Equal(context.ReadLogits(), read.ReadLogits());
    }

    [Fact]
    public void Writing_replaces_the_file_under_readers_and_leaves_nothing_else()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using KvContext context = Write(model, Options);
        using SafetensorsFile old = SafetensorsFile.Open(CachePath);
        using KvContext other = new PlainMethod().Read(new(model, Input));
        CacheFile.Write(CachePath, other, model, RopeScaling.None, new Dictionary<string, string>());
        Assert.Equal(context.Survivors.Positions, old.ReadArray<int>("positions"));
        using KvContext read = CacheFile.Read(CachePath, model, 1);
        AssertSameCache(other, read);
        Refused.With(
            "folder",
            () => CacheFile.Write(folder["missing/cache"], context, model, RopeScaling.None, new Dictionary<string, string>()));
        Assert.Equal([CachePath], Directory.GetFileSystemEntries(folder.Path));
    }

    private static void AssertSameCache(KvContext expected, KvContext actual)
    {
        for (int layer = 0; layer < expected.Cache.LayerCount; layer++)
        {
            Assert.Equal(expected.LengthOf(layer), actual.LengthOf(layer));
            (float[] keys, float[] values) = expected.Cache.Read(layer, expected.LengthOf(layer));
            (float[] readKeys, float[] readValues) = actual.Cache.Read(layer, actual.LengthOf(layer));
            Assert.Equal(keys, readKeys);
            Assert.Equal(values, readValues);
        }
    }

    private KvContext Write(
        TransformerModel model, HomerOptions options, RopeScaling? scaling = null, CacheType type = CacheType.Float32, int[]? append = null)
    {
        var request = new ContextRequest(model, Input) { NewTokens = NewTokens, RopeScaling = scaling, CacheType = type };
        KvContext context = new HomerMethod(options).Read(request);
        if (append is not null)
            context.Append(append);
        CacheFile.Write(CachePath, context, model, scaling ?? RopeScaling.None, new Dictionary<string, string> { ["chunk"] = "24" });
        return context;
    }

    private void RefuseDamaged(string word, Action<EditableSafetensors> damage)
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        Write(model, Options).Dispose();
        var file = new EditableSafetensors(CachePath);
        damage(file);
        file.Save(CachePath);
        Refused.With(word, () => CacheFile.Read(CachePath, model, 1));
    }
}
