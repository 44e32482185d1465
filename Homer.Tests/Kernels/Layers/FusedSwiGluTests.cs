using Homer.Kernels.Devices;
using Homer.Kernels.Layers;
using Homer.Kernels.Weights;
using Homer.Kernels.Weights.Ggml;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Layers;

public sealed class FusedSwiGluTests : DeviceTests
{
    [Theory, EveryDevice]
    public void Normalizes_multiplies_and_gates(string name)
    {
        ComputeDevice device = Open(name);
        var fused = new FusedSwiGlu(device);
        var random = new Random(1);
        // Weights in blocks of ggml are not fused.
        foreach (WeightType type in Enum.GetValues<WeightType>().Where(type => !type.IsGgml()))
        {
            foreach ((int rows, int width, int columns) in new[] { (1, 1, 1), (1, 7, 33), (2, 33, 7), (3, 172, 33), (1, 64, 172),
                (1, 8, 1), (3, 40, 7), (2, 1032, 33), (1, 264, 173), (2, 1096, 5), (1, 3080, 3) })
            {
                using var gate = new AnyWeights(device, type, columns, width, random);
                using var up = new AnyWeights(device, type, columns, width, random);
                using var input = new NormedInput(device, rows, width, random);
                using var output = new CanaryBuffer<float>(device, rows * columns);
                bool launched = fused.TryLaunch(
                    output.View, input.Rows.View, input.Norm.View, NormedInput.Epsilon, gate.Matrix, up.Matrix, rows);
                Assert.Equal(device.GroupSize == 1 || width % 8 == 0, launched);
                if (!launched)
                    continue;
                Expected[] x = input.Multiplied(type);
                Expected.AssertAll(
                    Reference.SwiGlu(
                        Reference.MatMul(x, gate.Values, rows, columns, width), Reference.MatMul(x, up.Values, rows, columns, width)),
                    output.Read(), $"{rows} rows of {width} to {columns}, {type}");
                input.AssertUnchanged();
            }
        }
    }

    [Theory, EveryDevice]
    public void Many_rows_are_left_to_other_kernels(string name)
    {
        ComputeDevice device = Open(name);
        using var weights = new AnyWeights(device, WeightType.BFloat16, 16, 16, new(2));
        using var input = new NormedInput(device, 5, 16, new(3));
        using var output = new CanaryBuffer<float>(device, new float[5 * 16]);
        Assert.False(new FusedSwiGlu(device).TryLaunch(
            output.View, input.Rows.View, input.Norm.View, NormedInput.Epsilon, weights.Matrix, weights.Matrix, 5));
        Assert.All(output.Read(), value => Assert.Equal(0, value));
    }
}
