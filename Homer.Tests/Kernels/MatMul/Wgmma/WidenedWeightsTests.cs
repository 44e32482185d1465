using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.MatMul.Wgmma;
using Homer.Kernels.Weights;
using Homer.Tests.Kernels.TensorCores;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.MatMul.Wgmma;

/// <summary>The kernel itself, run by an <see cref="EmulatedGroup"/>.</summary>
public sealed class WidenedWeightsTests : DeviceTests
{
    /// <summary>Rows whose last block is whole, three quarters full, or a quarter.</summary>
    [Theory, InlineData(3, 64), InlineData(5, 24), InlineData(2, 104)]
    public void Two_parts_are_exact_and_one_is_rounded(int rows, int columns)
    {
        ComputeDevice device = Open("cpu");
        using var weights = new AnyWeights(device, WeightType.Int8, rows, columns, new Random(columns));
        using var elements = new NativeCopy<sbyte>(device.Read(weights.Matrix.Int8.Elements));
        using var widened = new NativeCopy<ushort>(new ushort[WidenedWeights.FullParts * rows * columns]);
        using var group = new EmulatedGroup(128, elements.Range, widened.Range);
        ILGPU.ArrayView<BFloat16> scales = weights.Matrix.Int8.Scales;
        group.Run(thread =>
        {
            for (int part = 0; part < WidenedWeights.FullParts; part++)
                WidenedWeights.Run(elements.Address, scales, widened.Address + (part * rows * columns * sizeof(ushort)), rows, columns,
                    part, thread);
        });

        float[] parts = [.. widened.Read().Select(bits => BitConverter.UInt32BitsToSingle((uint)bits << 16))];
        for (int i = 0; i < rows * columns; i++)
        {
            double exact = weights.Values[i];
            Assert.Equal(exact, (double)parts[i] + parts[(rows * columns) + i]);
            Assert.InRange(Math.Abs(parts[i] - exact), 0, Math.Abs(exact) / 256);
        }
    }
}
