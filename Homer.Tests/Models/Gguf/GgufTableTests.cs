using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Engine.Weights.Gguf;
using Homer.Kernels.Devices;
using Homer.Kernels.MatMul;
using Homer.Kernels.Weights;
using Homer.Tests.Models.Families;
using Homer.Tests.Support;

namespace Homer.Tests.Models.Gguf;

/// <summary>
/// Makes the tables of GGUF files in docs/models.md: by how much each recorded file and each storage type is off, on the devices that this
/// machine has.
/// </summary>
public sealed class GgufTableTests : DeviceTests
{
    private const string Golden = "golden/gguf";

    // Of the sum of all magnitudes; 32-bit sums of 256 products stay below it.
    private const double LargestOfProducts = 1e-6;

    /// <summary>The largest error of any logit: plain against the recording, and HOMER's single chunk against plain.</summary>
    [Theory, InlineData("cpu"), InlineData("opencl"), InlineData("cuda")]
    public void The_table_of_files(string deviceName)
    {
        ComputeDevice device = Open(deviceName);
        var table = new StringBuilder($"| recorded file | plain on {deviceName} | HOMER on {deviceName} |\n|---|--:|--:|\n");
        foreach (string name in GgufCase.Names)
        {
            using var model = TransformerModel.Load(SharedData.Require($"{Golden}/{name}.gguf"), device);
            using var recorded = SafetensorsFile.Open(SharedData.Require($"{Golden}/{name}.case.safetensors"));
            int[] ids = recorded.ReadArray<int>("ids");
            string[] lengths = [.. recorded.Tensors.Keys.Where(key => key.StartsWith("logits.", StringComparison.Ordinal))];
            double plain = lengths.Max(key => FamilyTableTests.LargestError(
                recorded.ReadArray<float>(key), GgufCase.Prefill(model, ids[..(int)recorded[key].Shape[0]])));
            int[] chunk = ids[..((model.Config.Window / 2) - 4)];
            double homer = FamilyTableTests.DifferenceOfOneChunk(model, chunk);
            Assert.InRange(plain, 0, GgufCase.Recorded);
            Assert.InRange(homer, 0, GgufCase.Recorded);
            table.Append(CultureInfo.InvariantCulture, $"| {name} | {plain:0.0e+0} | {homer:0.0e+0} |\n");
        }

        FamilyTableTests.Write($"gguf.{deviceName}", table);
    }

    /// <summary>
    /// The largest relative error of a decoded value, and that of a product of 256 columns by one row and by nine, as a part of the sum of
    /// the products' magnitudes.
    /// </summary>
    [Theory, InlineData("cpu"), InlineData("opencl"), InlineData("cuda")]
    public void The_table_of_types(string deviceName)
    {
        ComputeDevice device = Open(deviceName);
        var table = new StringBuilder($"| type | values | products on {deviceName} |\n|---|--:|--:|\n");
        using var recorded = SafetensorsFile.Open(SharedData.Require($"{Golden}/blocks.safetensors"));
        foreach (uint number in Enumerable.Range(0, 256).Select(number => (uint)number))
        {
            if (!GgmlTypes.TryFind(number, out WeightType type))
                continue;
            string name = GgmlTypes.Name(type);
            // F32 is the one that needs no record.
            float[] values = type == WeightType.Float32 ? new Random(1).Normal(4096) : recorded.ReadArray<float>(name + ".values");
            byte[] raw = type == WeightType.Float32 ? [.. MemoryMarshal.AsBytes<float>(values)] : recorded.ReadArray<byte>(name + ".raw");
            double decoded = LargestOfValues(type, raw, values), product = LargestOfProduct(device, type, raw, values);
            Assert.InRange(decoded, 0, 1e-6);
            Assert.InRange(product, 0, LargestOfProducts);
            table.Append(CultureInfo.InvariantCulture, $"| {name} | {decoded:0.0e+0} | {product:0.0e+0} |\n");
        }

        FamilyTableTests.Write($"types.{deviceName}", table);
    }

    [Fact]
    public void The_page_of_models_has_every_recorded_file_and_every_type()
    {
        string page = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "models.md"));
        Assert.All(GgufCase.Names, name => Assert.Contains($"\n| {name} | ", page, StringComparison.Ordinal));
        Assert.All(GgmlTypes.AllNames.Split(", "), name => Assert.Contains($"\n| {name} | ", page, StringComparison.Ordinal));
    }

    private static double LargestOfValues(WeightType type, byte[] raw, float[] expected)
    {
        float[] actual = type switch
        {
            WeightType.Float32 => [.. MemoryMarshal.Cast<byte, float>(raw)],
            WeightType.Float16 => [.. MemoryMarshal.Cast<byte, Half>(raw).ToArray().Select(value => (float)value)],
            WeightType.BFloat16 =>
                [.. MemoryMarshal.Cast<byte, ushort>(raw).ToArray().Select(bits => BitConverter.UInt32BitsToSingle((uint)bits << 16))],
            _ => GgmlBlocks.Decode(type, raw),
        };
        return expected.Zip(actual).Max(pair => pair.First == pair.Second ? 0 : Math.Abs(pair.First - pair.Second) / Math.Abs(pair.First));
    }

    private static unsafe double LargestOfProduct(ComputeDevice device, WeightType type, byte[] raw, float[] values)
    {
        const int Columns = 256;
        int rows = values.Length / Columns;
        var linear = new Linear(device);
        double largest = 0;
        fixed (byte* start = raw)
        {
            using WeightMatrix matrix = WeightMatrix.Map(device, type, start, rows, Columns);
            foreach (int count in new[] { 1, 9 })
            {
                float[] x = new Random(2).Normal(count * Columns);
                using var input = new CanaryBuffer<float>(device, x);
                using var output = new CanaryBuffer<float>(device, count * rows);
                linear.Launch(output.View, input.View, matrix, count);
                float[] actual = output.Read();
                for (int i = 0; i < actual.Length; i++)
                {
                    double sum = 0, magnitude = 0;
                    for (int j = 0; j < Columns; j++)
                    {
                        double term = (double)x[(i / rows * Columns) + j] * values[(i % rows * Columns) + j];
                        sum += term;
                        magnitude += Math.Abs(term);
                    }

                    largest = Math.Max(largest, Math.Abs(actual[i] - sum) / magnitude);
                }
            }
        }

        return largest;
    }
}
