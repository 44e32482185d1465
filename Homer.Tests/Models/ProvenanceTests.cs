using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Engine.Reading.Leaves;
using Homer.Engine.Weights;
using Homer.Kernels.Devices;
using Homer.Tests.Support;

namespace Homer.Tests.Models;

/// <summary>Checks that caches, kept leaves and calibration tables are refused by name where they were made with something else.</summary>
public sealed class ProvenanceTests : DeviceTests
{
    private static readonly ContextInput Input = new([1, 5], new Random(1).Below(90, 64), [7, 8, 9]);

    private readonly TemporaryFolder folder = new();
    private readonly CopiedModel copy = new();

    public override void Dispose()
    {
        copy.Dispose();
        folder.Dispose();
        base.Dispose();
    }

    public static TheoryData<string, string> Changes => new()
    {
        { "weights", "other weights" },
        { "rms_norm_eps", "another configuration" },
        { "rope_theta", "another configuration" },
        { "tokenizer.model", "another tokenizer" },
        { "tokenizer_config.json", "another tokenizer" },
        { "homer-prompt.json", "another prompt template" },
        { "int8", "--weights stored instead of int8" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_cache_made_with_something_else_is_refused(string change, string word)
    {
        ComputeDevice device = Open("cpu");
        string model = copy.Save();
        using (TransformerModel original = TransformerModel.Load(model, device))
        {
            using KvContext context = new HomerMethod(new() { Chunk = 24, Warmup = 1 }).Read(new(original, Input));
            CacheFile.Write(folder["cache"], context, original, RopeScaling.None, new Dictionary<string, string>());
            CacheFile.Read(folder["cache"], original, 1).Dispose();
        }

        using TransformerModel other = Changed(change, device);
        Refused.With(word, () => CacheFile.Read(folder["cache"], other, 1));
        Refused.With(folder["cache"], () => CacheFile.Read(folder["cache"], other, 1));
    }

    /// <summary>The tokenizer and the template of a GGUF file are keys in it.</summary>
    [Theory]
    [InlineData("tokenizer.ggml.tokens", "another tokenizer")]
    [InlineData("tokenizer.ggml.pre", "another tokenizer")]
    [InlineData("tokenizer.chat_template", "another prompt template")]
    [InlineData("tokenizer.chat_template.tool_use", "another prompt template")]
    [InlineData("general.name", null)]
    public void A_cache_of_a_GGUF_file_with_other_keys_is_refused(string key, string? word)
    {
        ComputeDevice device = Open("cpu");
        EditableGguf file = EditableGguf.Llama();
        file.SetTokens("a", "b");
        file.Set("tokenizer.chat_template", "{{ messages }}");
        var input = new ContextInput([1, 5], new Random(1).Below(40, 48), [7, 8, 9]);
        using (TransformerModel original = TransformerModel.Load(file.Save(folder["a.gguf"]), device))
        {
            using KvContext context = new HomerMethod().Read(new(original, input));
            CacheFile.Write(folder["cache"], context, original, RopeScaling.None, new Dictionary<string, string>());
        }

        file.Set(key, "another");
        using TransformerModel other = TransformerModel.Load(file.Save(folder["b.gguf"]), device);
        if (word is null)
            CacheFile.Read(folder["cache"], other, 1).Dispose();
        else
            Refused.With(word, () => CacheFile.Read(folder["cache"], other, 1));
    }

    [Theory]
    [InlineData("weights", "other weights")]
    [InlineData("rms_norm_eps", "another configuration")]
    [InlineData("int8", "--weights stored instead of int8")]
    [InlineData("rounded", "--activations full instead of rounded")]
    public void Leaves_made_with_something_else_are_refused_and_left_alone(string change, string word)
    {
        ComputeDevice device = Open("cpu");
        string model = copy.Save();
        using (TransformerModel original = TransformerModel.Load(model, device))
            Read(original);
        byte[] kept = File.ReadAllBytes(folder["leaves"]);
        using TransformerModel other = Changed(change, device);
        Refused.With(word, () => Read(other));
        Refused.With(folder["leaves"], () => Read(other));
        Assert.Equal(kept, File.ReadAllBytes(folder["leaves"]));
    }

    [Theory]
    [InlineData("cpu x64 32-bit", "another processor (cpu x64 32-bit instead of")]
    [InlineData(null, "does not say")]
    public void Leaves_of_another_processor_or_without_one_are_refused(string? arithmetic, string word)
    {
        ComputeDevice device = Open("cpu");
        using TransformerModel model = TransformerModel.Load(copy.Save(), device);
        Read(model);
        var edited = new EditableSafetensors(folder["leaves"]);
        if (arithmetic is null)
            edited.Metadata.Remove("arithmetic");
        else
            edited.Metadata["arithmetic"] = arithmetic;
        edited.Save(folder["leaves"]);
        Refused.With(word, () => Read(model));
    }

    [Fact]
    public void A_cache_of_an_older_version_is_refused()
    {
        ComputeDevice device = Open("cpu");
        using TransformerModel model = TransformerModel.Load(copy.Save(), device);
        using (KvContext context = new HomerMethod(new() { Chunk = 24, Warmup = 1 }).Read(new(model, Input)))
            CacheFile.Write(folder["cache"], context, model, RopeScaling.None, new Dictionary<string, string>());
        var edited = new EditableSafetensors(folder["cache"]);
        edited.Metadata.Remove("configuration_fingerprint");
        edited.Save(folder["cache"]);
        Refused.With("does not say", () => CacheFile.Read(folder["cache"], model, 1));
    }

    [Theory]
    [InlineData("weights", "other weights")]
    [InlineData("rms_norm_eps", "another configuration")]
    public void A_table_of_another_model_is_refused(string change, string word)
    {
        ComputeDevice device = Open("cpu");
        string model = copy.Save();
        using (TransformerModel original = TransformerModel.Load(model, device))
        {
            new CalibrationTable(6, 2, new float[12], null).Write(folder["table"], model: original);
            Assert.Null(CalibrationTable.Read(folder["table"]).RequireOf(original));
        }

        using TransformerModel other = Changed(change, device);
        Refused.With(word, () => CalibrationTable.Read(folder["table"]).RequireOf(other));
        Refused.With(folder["table"], () => CalibrationTable.Read(folder["table"]).RequireOf(other));
    }

    [Fact]
    public void A_table_serves_rounded_weights_too()
    {
        ComputeDevice device = Open("cpu");
        using TransformerModel original = TransformerModel.Load(copy.Save(), device), rounded = Changed("int8", device);
        new CalibrationTable(6, 2, new float[12], null).Write(folder["table"], model: original);
        Assert.Null(CalibrationTable.Read(folder["table"]).RequireOf(rounded));
    }

    [Fact]
    public void A_table_that_names_no_model_is_taken_with_a_word()
    {
        using TransformerModel model = TransformerModel.Load(copy.Save(), Open("cpu"));
        var table = new CalibrationTable(6, 2, new float[12], null);
        Assert.Null(table.RequireOf(model));
        table.Write(folder["table"], new Dictionary<string, string> { ["model_fingerprint"] = "that of an older version" });
        Assert.Contains("does not say", CalibrationTable.Read(folder["table"]).RequireOf(model), StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_that_ships_is_that_of_the_model_that_ships()
    {
        using TransformerModel mini = TransformerModel.Load(RepositoryFiles.HomerMini, Open("cpu"));
        Assert.Null(CalibrationTable.Of(RepositoryFiles.HomerMini, null)!.RequireOf(mini));
    }

    private TransformerModel Changed(string change, ComputeDevice device)
    {
        switch (change)
        {
            case "weights":
                float[] middle = Embedding();
                middle[middle.Length / 2] += 1;
                copy.Weights["model.embed_tokens.weight"] = SafetensorsPart.Create("model.embed_tokens.weight", middle, 64, 32);
                break;
            case "rms_norm_eps" or "rope_theta":
                copy.Patch($$"""{"{{change}}":0.5}""");
                break;
            case "tokenizer.model" or "tokenizer_config.json" or "homer-prompt.json":
                File.WriteAllText(Path.Combine(Path.GetDirectoryName(copy.ConfigPath)!, change), "another");
                break;
        }

        return TransformerModel.Load(
            copy.Save(), device, change == "int8" ? WeightPrecision.Int8 : WeightPrecision.Stored,
            change == "rounded" ? ActivationPrecision.Rounded : ActivationPrecision.Full);
    }

    private float[] Embedding()
    {
        using SafetensorsFile file = SafetensorsFile.Open(copy.WeightsPath);
        return file.ReadArray<float>("model.embed_tokens.weight");
    }

    private void Read(TransformerModel model)
    {
        using LeafStore leaves = LeafStore.InFile(folder["leaves"]);
        new HomerMethod(new() { Chunk = 24, Warmup = 1, FullLeaves = true }).WithLeaves(leaves).Read(new(model, Input)).Dispose();
    }
}
