using BenchmarkDotNet.Attributes;
using Homer.Benchmarks.Cases;
using Homer.Kernels.Devices;
using Homer.Kernels.Weights;

namespace Homer.Benchmarks.Kernels;

/// <summary>Matrix products of 1 row, as in decode, and of 512, as in prefill.</summary>
public class MatMulBenchmarks : KernelBenchmarks
{
    private Product? product;

    [Params(1, 512)]
    public int Rows { get; set; }

    [Params(WeightType.Float32, WeightType.Float16, WeightType.BFloat16)]
    public WeightType Type { get; set; }

    [Benchmark]
    public void MatMul() => product!.Run();

    protected override void Prepare(ComputeDevice device, Lifetime lifetime) =>
        product = lifetime.Own(new Product(device, Type, Rows, columns: 4096, depth: 1024));
}
