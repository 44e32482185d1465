using Homer.Engine.Contexts;
using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Kernels.Devices;
using Homer.Kernels.Weights.Ggml;
using Homer.Tests.Support;

namespace Homer.Tests.Models;

/// <summary>Folders with matrices of 8-bit floats (FP8) give the logits of the folder with the same weights in 32 bits.</summary>
public sealed class Fp8ModelTests : DeviceTests
{
    private const string Up = "model.layers.0.mlp.up_proj.weight";
    private const string Fp8 = """{"quantization_config":{"quant_method":"fp8","activation_scheme":"dynamic"}}""";

    private static readonly float[] One = [1];

    private static readonly int[] Ids = [.. Enumerable.Range(0, 24).Select(i => ((i * 7) + 1) % 64)];

    /// <summary>One scale, one a row, and grids of blocks, of which the last is shorter; 12 columns are no whole blocks of 32.</summary>
    [Theory]
    [InlineData(0, 0, "_scale_inv", Fp8)]
    [InlineData(1, 0, "_scale", """{"quantization_config":{"quant_method":"fbgemm_fp8"}}""")]
    [InlineData(128, 128, "_scale_inv", Fp8)]
    [InlineData(
        20, 32, "_scale_inv", """{"quantization_config":{"quant_method":"fp8","fmt":"e4m3","weight_block_size":[20,32]}}""")]
    [InlineData(
        20, 12, "_scale_inv", """{"quantization_config":{"quant_method":"fp8","weight_block_size":[20,12]}}""")]
    [InlineData(1, 0, "_scale", """
        {"quantization_config":{"quant_method":"compressed-tensors","format":"float-quantized","config_groups":{
        "group_0":{"targets":["Linear"],"weights":{"num_bits":8,"type":"float","strategy":"channel"}}}}}
        """)]
    [InlineData(16, 32, "_scale", """
        {"quantization_config":{"quant_method":"compressed-tensors","format":"float-quantized","config_groups":{
        "group_0":{"weights":{"num_bits":8,"type":"float","strategy":"block","block_structure":[16,32]}}}}}
        """)]
    [InlineData(0, 0, "_scale", """{"quantization_config":{"quant_method":"modelopt","quant_algo":"FP8"}}""")]
    [InlineData(0, 0, "_scale", "{}")]
    public void Logits_are_those_of_the_widened_weights(int blockRows, int blockColumns, string ending, string settings)
    {
        using var packed = new CopiedModel();
        using CopiedModel wide = new();
        packed.Patch(settings);
        foreach (SafetensorsPart part in wide.Weights.Values.Where(part => part.Name.StartsWith("model.layers", StringComparison.Ordinal)
            && part.Shape.Count == 2).ToArray())
        {
            Pack(packed, wide, part, (blockRows, blockColumns), ending);
        }

        ComputeDevice device = Open("cpu");
        Expected.AssertAll(Expected.Within(Logits(device, wide), 1e-4), Logits(device, packed), "logits");
    }

    [Fact]
    public void Scales_of_activations_are_passed_over()
    {
        using CopiedModel packed = Packed();
        foreach (string ending in new[] { "activation_scale", "input_scale", "k_scale" })
            packed.Weights[$"{Up[..^6]}{ending}"] = SafetensorsPart.Create($"{Up[..^6]}{ending}", One);
        using var model = TransformerModel.Load(packed.Save(), Open("cpu"));
        Assert.Equal(3, model.PassedOver.Count);
    }

    [Theory]
    [InlineData("NaN", "element 5 of 'model.layers.0.mlp.up_proj.weight' is not a number")]
    [InlineData("no scale", "'model.layers.0.mlp.up_proj.weight_scale_inv'")]
    [InlineData("two scales", "one tensor of scales")]
    [InlineData("shape", "[7, 3]")]
    [InlineData("negative", "scale 0 of")]
    [InlineData("infinite", "scale 0 of")]
    [InlineData("E5M2", "F8_E5M2")]
    [InlineData("integers", "I8")]
    public void What_cannot_be_multiplied_is_refused_by_name(string fault, string word)
    {
        using CopiedModel packed = Packed();
        SafetensorsPart up = packed.Weights[Up];
        string scale = Up + "_scale_inv", other = Up + "_scale";
        switch (fault)
        {
            case "NaN":
                byte[] codes = [1, 2, 3, 4, 5, 0xff, .. new byte[up.ByteLength - 6]];
                packed.Weights[Up] = new(Up, up.Type, up.Shape, stream => stream.Write(codes));
                break;
            case "no scale":
                packed.Weights.Remove(scale);
                break;
            case "two scales":
                packed.Weights[other] = SafetensorsPart.Create(other, One);
                break;
            case "shape":
                packed.Weights[scale] = SafetensorsPart.Create(scale, new float[21], 7, 3);
                break;
            case "negative" or "infinite":
                packed.Weights[scale] = SafetensorsPart.Create(scale, new[] { fault == "negative" ? -1 : float.PositiveInfinity });
                break;
            default:
                packed.Weights[Up] = new(Up, fault == "E5M2" ? SafetensorsType.F8E5M2 : SafetensorsType.I8, up.Shape, up.Write);
                break;
        }

        Refused.With(word, () => TransformerModel.Load(packed.Save(), Open("cpu")).Dispose());
    }

    [Theory]
    [InlineData("""{"quant_method":"fp8","fmt":"e5m2"}""", "'fp8'")]
    [InlineData("""{"quant_method":"fp8","weight_block_size":[32]}""", "two positive integers")]
    [InlineData("""{"quant_method":"fp8","weight_block_size":[32,0]}""", "two positive integers")]
    [InlineData("""{"quant_method":"fp8","weight_block_size":"32"}""", "weight_block_size")]
    [InlineData("""{"quant_method":"modelopt","quant_algo":"NVFP4"}""", "'modelopt'")]
    [InlineData("""{"quant_method":"compressed-tensors","format":"pack-quantized"}""", "'compressed-tensors'")]
    [InlineData("""
        {"quant_method":"compressed-tensors","format":"float-quantized","config_groups":{"a":{"weights":{"num_bits":4,"type":"float"}}}}
        """, "'compressed-tensors'")]
    public void Other_ways_to_quantize_are_refused(string settings, string word)
    {
        using CopiedModel model = new CopiedModel().Patch($$"""{"quantization_config":{{settings}}}""");
        Refused.With(word, () => ModelFolder.ReadConfig(model.Save()));
    }

    [Fact]
    public void Eight_bits_are_not_rounded_to_others()
    {
        using CopiedModel packed = Packed();
        Refused.With("F8_E4M3", () => TransformerModel.WeightsBytes(packed.Save(), WeightPrecision.Int8));
    }

    private static CopiedModel Packed()
    {
        CopiedModel packed = new CopiedModel().Patch(Fp8);
        using CopiedModel wide = new();
        Pack(packed, wide, wide.Weights[Up], (0, 0), "_scale_inv");
        return packed;
    }

    /// <summary>Gives both models the same random weights: 8-bit floats and scales, and their products.</summary>
    /// <param name="packed">The model of 8-bit floats.</param>
    /// <param name="wide">The model of 32-bit floats.</param>
    /// <param name="part">The matrix.</param>
    /// <param name="block">Rows and columns of a scale's block; 0 for all.</param>
    /// <param name="ending">The ending of the name of the scales.</param>
    private static void Pack(CopiedModel packed, CopiedModel wide, SafetensorsPart part, (int Rows, int Columns) block, string ending)
    {
        int rows = (int)part.Shape[0], columns = (int)part.Shape[1];
        int blockRows = block.Rows == 0 ? rows : block.Rows, blockColumns = block.Columns == 0 ? columns : block.Columns;
        int down = (rows + blockRows - 1) / blockRows, across = (columns + blockColumns - 1) / blockColumns;
        var random = new Random(rows + columns);
        byte[] codes = [.. Enumerable.Range(0, rows * columns).Select(_ => (byte)((random.Next(2) << 7) | random.Next(0x28, 0x40)))];
        float[] scales = [.. Enumerable.Range(0, down * across).Select(_ => 0.05f + random.NextSingle())];
        float[] values = [.. codes.Select((code, i) =>
            scales[(i / columns / blockRows * across) + (i % columns / blockColumns)] * GgmlFormats.WidenE4M3(code))];
        wide.Weights[part.Name] = SafetensorsPart.Create(part.Name, values, rows, columns);
        packed.Weights[part.Name] = new(part.Name, SafetensorsType.F8E4M3, part.Shape, stream => stream.Write(codes));
        long[] shape = down * across == 1 ? [] : [down, across];
        packed.Weights[part.Name + ending] = SafetensorsPart.Create(part.Name + ending, scales, shape);
    }

    private static float[] Logits(ComputeDevice device, CopiedModel files)
    {
        using var model = TransformerModel.Load(files.Save(), device);
        using KvContext context = KvContext.Create(model, model.Config.RopeScaling, Ids.Length);
        var logits = new List<float>();
        context.Append(Ids.AsSpan(0, Ids.Length - 2), observe: logits.AddRange);
        context.Append([Ids[^2]], observe: logits.AddRange);
        context.Append([Ids[^1]], observe: logits.AddRange);
        return [.. logits];
    }
}
