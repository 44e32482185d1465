using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Tests.Support;

namespace Homer.Tests.Models.Gguf;

/// <summary>Models in GGUF files, against recorded logits.</summary>
public sealed class GgufModelTests : DeviceTests
{
    private const string Golden = "golden/gguf";

    public static MatrixTheoryData<string, string> NamesOnDevices => new(GgufCase.Names, TestDevices.Names);

    /// <summary>Files of <c>shared/traps</c> that must give the logits of a case.</summary>
    public static TheoryData<string, string> Traps => new()
    {
        { "gguf-alignment/align64.gguf", $"{Golden}/llama2.f32.case" },
        { "gguf-alignment/align16.gguf", $"{Golden}/llama2.f32.case" },
        { "gguf-versions/v2.gguf", $"{Golden}/llama2.f32.case" },
        { "gguf-integer-widths/uint64.gguf", $"{Golden}/llama2.f32.case" },
        { "gguf-integer-widths/int32.gguf", $"{Golden}/llama2.f32.case" },
        { "gguf-integer-widths/float64.gguf", $"{Golden}/llama2.f32.case" },
        { "gguf-odd-metadata/kinds.gguf", $"{Golden}/llama2.f32.case" },
        { "gguf-odd-metadata/bad-utf8.gguf", $"{Golden}/llama2.f32.case" },
        { "gguf-missing-keys/defaults.gguf", $"{Golden}/llama2.f32.case" },
        { "gguf-missing-keys/no-head-count-kv.gguf", $"{Golden}/llama2.f32.case" },
        { "gguf-split/whole/m-00001-of-00003.gguf", $"{Golden}/llama2.f32.case" },
        { "gguf-split/one-of-one/m-00001-of-00001.gguf", $"{Golden}/llama2.f32.case" },
        { "gguf-offsets/stored-in-reverse.gguf", $"{Golden}/llama2.f32.case" },
        { "gguf-rope-keys/type-none-with-factor.gguf", $"{Golden}/llama2.f32.case" },
        { "gguf-vocabulary-size/no-tokenizer.gguf", $"{Golden}/llama2.f32.case" },
        { "gguf-vocabulary-size/vocab-size-key-wrong.gguf", $"{Golden}/llama2.f32.case" },
        { "gguf-rope-keys/scale-linear-old-key.gguf", $"{Golden}/llama-linear.bf16.case" },
        { "gguf-rope-keys/factor-without-type.gguf", $"{Golden}/llama-linear.bf16.case" },
        { "gguf-rope-keys/yarn-no-original.gguf", "traps/gguf-rope-keys/yarn-no-original.case" },
        { "gguf-yarn-attention-factor/olmo3.gguf", "golden/families/olmo3/case" },
        { "gguf-phi4-mini-partial/phi4-mini.gguf", "golden/families/phi4-mini/case" },
        { "gguf-ministral3/ministral3.gguf", "golden/families/ministral3/case" },
        { "gguf-fallback-mixture/q4_k_m-without-k.gguf", "traps/gguf-fallback-mixture/q4_k_m-without-k.case" },
    };

    [Theory, MemberData(nameof(NamesOnDevices))]
    public void Logits_are_as_recorded(string name, string deviceName)
    {
        string file = SharedData.Require($"{Golden}/{name}.gguf");
        ComputeDevice device = Open(deviceName);
        using var model = TransformerModel.Load(file, device);
        GgufCase.AssertLogits(model, $"{Golden}/{name}.case.safetensors");
    }

    [Theory, MemberData(nameof(Traps))]
    public void Odd_files_read_like_any(string file, string expected)
    {
        string path = SharedData.Require($"traps/{file}");
        using var model = TransformerModel.Load(path, Open("cpu"));
        GgufCase.AssertLogits(model, $"{expected}.safetensors");
    }

    /// <summary>Files of the same weights in BF16, of which no logits are recorded.</summary>
    [Theory, InlineData("gguf-odd-metadata/nested.gguf"), InlineData("gguf-vocabulary-size/eos-out-of-range.gguf")]
    public void Odd_keys_do_not_change_the_model(string file)
    {
        ComputeDevice device = Open("cpu");
        string path = SharedData.Require($"traps/{file}");
        using TransformerModel odd = TransformerModel.Load(path, device);
        using TransformerModel usual = TransformerModel.Load(SharedData.Require("traps/gguf-pre-tokenizer/gpt-2.gguf"), device);
        int[] ids = new Random(1).Below(48, usual.Config.VocabularySize);
        Assert.Equal(GgufCase.Prefill(usual, ids), GgufCase.Prefill(odd, ids));
    }

    /// <summary>Every file of the folders about containers and their meaning is opened or refused by a test.</summary>
    [Fact]
    public void Every_file_of_the_wild_is_tested()
    {
        string traps = SharedData.Require("traps");
        HashSet<string> tested = ["gguf-odd-metadata/nested.gguf", .. FilesOf(Traps), .. FilesOf(GgufRefusalTests.Traps)];
        string[] vocabularies = ["chat-templates", "pre-tokenizer", "spm-flags", "stop-ids", "vocabulary-size"];
        foreach (string folder in Directory.GetDirectories(traps, "gguf-*"))
        {
            if (vocabularies.Any(name => folder.EndsWith(name, StringComparison.Ordinal)))
                continue;
            foreach (string file in Directory.EnumerateFiles(folder, "*.gguf", SearchOption.AllDirectories))
            {
                string name = Path.GetRelativePath(traps, file);
                // The other parts of a split model are opened with the first.
                bool isPart = folder.EndsWith("gguf-split", StringComparison.Ordinal)
                    && tested.Any(first => Path.GetDirectoryName(first) == Path.GetDirectoryName(name));
                Assert.True(isPart || tested.Contains(name), name);
            }
        }

        static IEnumerable<string> FilesOf(TheoryData<string, string> rows) => rows.Select(row => row.Data.Item1);
    }

    [Theory, MemberData(nameof(NamesOnDevices))]
    public void Memory_of_weights_is_as_told(string name, string deviceName)
    {
        string file = SharedData.Require($"{Golden}/{name}.gguf");
        ComputeDevice device = Open(deviceName);
        long before = device.Memory.InUse;
        using var model = TransformerModel.Load(file, device);
        Assert.Equal(TransformerModel.WeightsBytes(file), device.Memory.InUse - before);
    }

    [Fact]
    public void Blocks_are_not_rounded_to_int8() => Refused.With(
        "Q4_0", () => TransformerModel.Load(SharedData.Require($"{Golden}/llama2.q4_0.gguf"), Open("cpu"), WeightPrecision.Int8));
}
