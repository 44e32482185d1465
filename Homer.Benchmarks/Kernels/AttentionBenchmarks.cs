using BenchmarkDotNet.Attributes;
using Homer.Benchmarks.Cases;
using Homer.Kernels.Devices;

namespace Homer.Benchmarks.Kernels;

/// <summary>Attention in prefill, 512 tokens among themselves, and in decode, one token to those before it.</summary>
public class AttentionBenchmarks : KernelBenchmarks
{
    private AttentionPass? prefill;
    private AttentionPass? decode;

    [Params(64, 128)]
    public int HeadDim { get; set; }

    [Benchmark]
    public void Prefill512() => prefill!.Run();

    [Benchmark]
    public void DecodeAt4096() => decode!.Run();

    protected override void Prepare(ComputeDevice device, Lifetime lifetime)
    {
        prefill = lifetime.Own(new AttentionPass(device, 512, 0, HeadDim));
        decode = lifetime.Own(new AttentionPass(device, 1, 4095, HeadDim));
    }
}
