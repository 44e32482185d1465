using Homer.Kernels.Backends;
using Homer.Kernels.Backends.Gpu;
using Homer.Tests.Support;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace Homer.Tests.Kernels.Backends;

/// <summary>
/// The bodies for NVIDIA's GPUs, in a group of 128 threads and four warps that the CPU simulates: shuffles, barriers and shared memory
/// included.
/// </summary>
public sealed class PrimitivesTests
{
    private const int Threads = GpuGroup.Size;
    private const int Rounds = 3;
    private const int Results = 7;

    [Fact]
    public void Reductions_for_Cuda_give_every_thread_the_result()
    {
        using Context context = Context.Create(builder => builder.CPU(new CPUDevice(32, Threads / 32, 1)));
        using Accelerator accelerator = context.CreateCPUAccelerator(0);
        float[] numbers = new Random(1).Normal(Rounds * Threads);
        using MemoryBuffer1D<float, Stride1D.Dense> input = accelerator.Allocate1D(numbers);
        using MemoryBuffer1D<float, Stride1D.Dense> output = accelerator.Allocate1D<float>(Rounds * Threads * Results);
        accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>>(Reduce)(new KernelConfig(1, Threads), input.View, output.View);
        accelerator.Synchronize();

        float[] results = output.GetAsArray1D();
        for (int round = 0; round < Rounds; round++)
        {
            float[] own = numbers[(round * Threads)..((round + 1) * Threads)];
            double sum = own.Sum(number => (double)number);
            for (int t = 0; t < Threads; t++)
            {
                Span<float> actual = results.AsSpan(((round * Threads) + t) * Results, Results);
                Assert.Equal(sum, actual[0], 1e-4);
                Assert.Equal(own.Max(), actual[1]);
                for (int factor = 1; factor <= 5; factor++)
                    Assert.Equal(factor * sum, actual[1 + factor], 1e-4);
            }
        }
    }

    private static void Reduce(ArrayView<float> numbers, ArrayView<float> results)
    {
        for (int round = 0; round < Rounds; round++)
        {
            float own = numbers[(round * Threads) + Group.IdxX];
            int at = ((round * Threads) + Group.IdxX) * Results;
            results[at] = PrimitivesCuda.Sum(own);
            results[at + 1] = PrimitivesCuda.Max(own);
            RowSums sums = PrimitivesCuda.SumRows(new() { S0 = own, S1 = 2 * own, S2 = 3 * own, S3 = 4 * own, Squares = 5 * own });
            results[at + 2] = sums.S0;
            results[at + 3] = sums.S1;
            results[at + 4] = sums.S2;
            results[at + 5] = sums.S3;
            results[at + 6] = sums.Squares;
        }
    }
}
