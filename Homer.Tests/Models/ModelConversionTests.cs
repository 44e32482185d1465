using System.Runtime.InteropServices;
using System.Text.Json;
using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Kernels.Devices;
using Homer.Kernels.Weights;
using Homer.Tests.Models.Families;
using Homer.Tests.Models.Gguf;
using Homer.Tests.Support;

namespace Homer.Tests.Models;

/// <summary>Folders that are made from GGUF files.</summary>
public sealed class ModelConversionTests : DeviceTests
{
    private static readonly int[] Ids = [1, 5, 2, 40, 7, 33];

    private readonly TemporaryFolder folder = new();

    /// <summary>Types of blocks, with the numbers that ggml gives them.</summary>
    public static TheoryData<WeightType, uint> Types => new()
    {
        { WeightType.Float32, 0 }, { WeightType.Q41, 3 }, { WeightType.Q80, 8 }, { WeightType.Q4K, 12 }, { WeightType.Mxfp4, 39 },
        { WeightType.Tq20, 35 },
    };

    public static TheoryData<string> Families => [.. SmallModel.Families];

    public static TheoryData<string> Files => [.. GgufCase.Names];

    /// <summary>Numbers, and the nearest of the two types; of two that are as near, the one with an even fraction.</summary>
    public static TheoryData<float, ushort, ushort> Numbers => new()
    {
        { 0f, 0, 0 },
        { -0f, 0x8000, 0x8000 },
        { 1 + Power(-8), 0x3c04, 0x3f80 },
        { 1 + Power(-8) + Power(-20), 0x3c04, 0x3f81 },
        { 1 + (3 * Power(-8)), 0x3c0c, 0x3f82 },
        { 1 + Power(-11), 0x3c00, 0x3f80 },
        { 1 + Power(-11) + Power(-20), 0x3c01, 0x3f80 },
        { -1 - (3 * Power(-11)), 0xbc02, 0xbf80 },
        { 65519, 0x7bff, 0x4780 },
        { Power(-25), 0, 0x3300 },
        { 1.5f * Power(-24), 2, 0x33c0 },
        { float.PositiveInfinity, 0x7c00, 0x7f80 },
        { BitConverter.UInt32BitsToSingle(0x7f800001), 0x7e00, 0x7fc0 },
        { BitConverter.UInt32BitsToSingle(0xffffffff), 0xffff, 0xffff },
    };

    [Theory, MemberData(nameof(Files))]
    public void The_folder_has_the_recorded_logits_of_the_file(string name)
    {
        string file = SharedData.Require($"golden/gguf/{name}.gguf");
        ModelConversion.Convert(file, folder["model"], SafetensorsType.F32);
        using var model = TransformerModel.Load(folder["model"], Open("cpu"));
        GgufCase.AssertLogits(model, $"golden/gguf/{name}.case.safetensors");
    }

    /// <summary>The file was made from a folder by a converter of the tests' own: names, order of rows and norms must come back.</summary>
    [Theory, MemberData(nameof(Families))]
    public void The_folder_of_a_family_is_the_one_that_its_file_was_made_from(string family)
    {
        ComputeDevice device = Open("cpu");
        (string file, _) = SmallModel.Save(family, "gguf-f32", folder);
        ModelConversion.Convert(file, folder["model"], SafetensorsType.F32);
        using (var weights = WeightFiles.Open(folder["model"]))
        {
            IReadOnlyList<SmallTensor> tensors = SmallModel.Tensors(SmallModel.Config(family));
            Assert.Equal(tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal), weights.Names);
            foreach (SmallTensor tensor in tensors)
            {
                Assert.Equal(tensor.Shape, weights[tensor.Name].Tensor.Shape);
                Assert.Equal(tensor.Values, Values(weights[tensor.Name]));
            }
        }

        AssertAlike(file, folder["model"], device, 0);
    }

    [Theory, MemberData(nameof(GgufModelTests.Traps), MemberType = typeof(GgufModelTests))]
    public void The_folder_of_an_odd_file_has_its_logits(string file, string expected)
    {
        ModelConversion.Convert(SharedData.Require($"traps/{file}"), folder["model"], SafetensorsType.F32);
        using var model = TransformerModel.Load(folder["model"], Open("cpu"));
        GgufCase.AssertLogits(model, $"{expected}.safetensors");
    }

    [Theory, MemberData(nameof(Types))]
    public void Weights_of_32_bits_are_those_of_the_file(WeightType type, uint number)
    {
        ComputeDevice device = Open("cpu");
        string file = EditableGguf.Llama(type, number).Save(folder["model.gguf"]);
        ModelConversion.Convert(file, folder["model"], SafetensorsType.F32);
        // Products of blocks and of numbers add in another order.
        AssertAlike(file, folder["model"], device, type == WeightType.Float32 ? 0 : 1e-4);
    }

    /// <summary>Files have added 1 to the weights of Gemma's norms, and folders have not.</summary>
    [Fact]
    public void Norms_are_as_the_family_has_them()
    {
        ComputeDevice device = Open("cpu");
        string file = Gemma().Save(folder["model.gguf"]);
        ModelConversion.Convert(file, folder["model"], SafetensorsType.F32);
        AssertAlike(file, folder["model"], device, 1e-6);
        using var weights = WeightFiles.Open(folder["model"]);
        Assert.Equal(0.25f, Values(weights["model.norm.weight"])[0]);
    }

    [Fact]
    public void Files_of_several_parts_are_converted()
    {
        string file = SharedData.Require("traps/gguf-split/whole/m-00001-of-00003.gguf");
        ModelConversion.Convert(file, folder["model"], SafetensorsType.F32);
        using var model = TransformerModel.Load(folder["model"], Open("cpu"));
        GgufCase.AssertLogits(model, "golden/gguf/llama2.f32.case.safetensors");
    }

    [Theory, MemberData(nameof(Numbers))]
    public void Numbers_are_rounded_to_the_nearest(float number, ushort float16, ushort bfloat16)
    {
        EditableGguf file = EditableGguf.Llama();
        SetWeight(file, number);
        string path = file.Save(folder["model.gguf"]);
        foreach ((SafetensorsType type, ushort expected) in new[] { (SafetensorsType.F16, float16), (SafetensorsType.BF16, bfloat16) })
        {
            ModelConversion.Convert(path, folder[type.Name()], type);
            using var weights = WeightFiles.Open(folder[type.Name()]);
            Assert.All(weights.Names, name => Assert.Equal(type.Name(), weights[name].Tensor.TypeName));
            Assert.Equal(expected, Bits(weights["model.embed_tokens.weight"]));
        }
    }

    [Theory, InlineData(65520, SafetensorsType.F16), InlineData(-1e9f, SafetensorsType.F16), InlineData(3.4e38f, SafetensorsType.BF16)]
    public void Weights_beyond_a_type_are_refused(float number, SafetensorsType type)
    {
        EditableGguf file = EditableGguf.Llama();
        SetWeight(file, number);
        string path = file.Save(folder["model.gguf"]);
        Refused.With("token_embd.weight", () => ModelConversion.Convert(path, folder["model"], type));
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Ends_of_texts_are_kept()
    {
        EditableGguf file = EditableGguf.Llama();
        file.Set("tokenizer.ggml.bos_token_id", 1);
        file.Set("tokenizer.ggml.eos_token_id", 2);
        file.Set("tokenizer.ggml.eot_token_id", 7);
        file.Set("tokenizer.ggml.padding_token_id", 0);
        ModelConversion.Convert(file.Save(folder["model.gguf"]), folder["model"], SafetensorsType.F32);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder["model"], "generation_config.json")));
        Assert.Equal(1, json.RootElement.GetProperty("bos_token_id").GetInt32());
        Assert.Equal(0, json.RootElement.GetProperty("pad_token_id").GetInt32());
        Assert.Equal([2, 7], json.RootElement.GetProperty("eos_token_id").EnumerateArray().Select(id => id.GetInt32()));
        using var model = TransformerModel.Load(folder["model"], Open("cpu"));
        Assert.Equal([2, 7], model.Config.EndOfSequence);
    }

    [Fact]
    public void An_empty_folder_is_filled_though_a_killed_process_left_something()
    {
        string file = EditableGguf.Llama().Save(folder["model.gguf"]), model = Directory.CreateDirectory(folder["model"]).FullName;
        File.WriteAllText(Path.Combine(model, ".model.safetensors.999999999.abc.tmp"), "rest");
        ConvertedModel written = ModelConversion.Convert(file, model + Path.DirectorySeparatorChar, SafetensorsType.BF16);
        Assert.Equal(20, written.Tensors);
        Assert.Equal(
            ["config.json", "generation_config.json", "model.safetensors"],
            Directory.EnumerateFileSystemEntries(model).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Folders_that_cannot_be_made_are_refused()
    {
        string file = EditableGguf.Llama().Save(folder["model.gguf"]);
        RefusedWith("not empty", file, folder.Path);
        RefusedWith("is a file", file, file);
        RefusedWith("does not exist", file, folder["a/b"]);
        Assert.Equal([file], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Models_that_are_no_files_are_refused()
    {
        RefusedWith("is a folder", Directory.CreateDirectory(folder["in"]).FullName, folder["out"]);
        RefusedWith("no file", folder["nothing.gguf"], folder["out"]);
        RefusedWith("GGUF", folder.With("text", "no model")["text"], folder["out"]);
        Assert.False(Path.Exists(folder["out"]));
    }

    [Fact]
    public void Nothing_stays_of_a_conversion_that_is_cancelled()
    {
        string file = EditableGguf.Llama().Save(folder["model.gguf"]);
        Directory.CreateDirectory(folder["empty"]);
        using var cancellation = new CancellationTokenSource();
        foreach (string output in new[] { "new", "empty" })
        {
            Assert.ThrowsAny<OperationCanceledException>(() => ModelConversion.Convert(
                file, folder[output], SafetensorsType.F32, done => cancellation.Cancel(), cancellation.Token));
        }

        Assert.False(Path.Exists(folder["new"]));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder["empty"]));
    }

    public override void Dispose()
    {
        base.Dispose();
        folder.Dispose();
    }

    /// <summary>Returns a small Gemma whose norms are not 1.</summary>
    private static EditableGguf Gemma()
    {
        EditableGguf file = EditableGguf.Llama();
        for (int i = 0; i < file.Keys.Count; i++)
            file.Keys[i] = file.Keys[i] with { Name = file.Keys[i].Name.Replace("llama.", "gemma.", StringComparison.Ordinal) };
        file.Set("general.architecture", "gemma");
        for (int i = 0; i < file.Tensors.Count; i++)
        {
            if (file.Tensors[i].Name.Contains("norm", StringComparison.Ordinal))
            {
                float[] weights = [.. Enumerable.Range(0, 64).Select(element => 1.25f + (element / 100f))];
                file.Tensors[i] = file.Tensors[i] with { Data = MemoryMarshal.AsBytes<float>(weights).ToArray() };
            }
        }

        return file;
    }

    /// <summary>Returns 2 to a power.</summary>
    private static float Power(int exponent) => MathF.ScaleB(1, exponent);

    private static void SetWeight(EditableGguf file, float value)
    {
        Assert.Equal("token_embd.weight", file.Tensors[0].Name);
        BitConverter.GetBytes(value).CopyTo(file.Tensors[0].Data, 0);
    }

    private static unsafe ushort Bits(WeightTensor weight) => *(ushort*)weight.Pointer;

    private static float[] Values(WeightTensor weight)
    {
        var values = new float[weight.Tensor.ElementCount];
        WeightReader.Widen(weight, 0, values);
        return values;
    }

    private static void AssertAlike(string file, string folder, ComputeDevice device, double error)
    {
        float[] expected, actual;
        using (var model = TransformerModel.Load(file, device))
            expected = GgufCase.Prefill(model, Ids);
        using (var model = TransformerModel.Load(folder, device))
            actual = GgufCase.Prefill(model, Ids);
        Expected.AssertAll(Expected.Within(expected, error), actual, "logits");
    }

    private static void RefusedWith(string word, string file, string output) =>
        Refused.With(word, () => ModelConversion.Convert(file, output, SafetensorsType.F32));
}
