using BenchmarkDotNet.Attributes;
using Homer.Benchmarks.Cases;
using Homer.Kernels.Devices;

namespace Homer.Benchmarks.Kernels;

/// <summary>Attention in prefill (512 tokens that see each other) and in decode (one token that sees 4,095 earlier ones).</summary>
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
        prefill = lifetime.Own(new AttentionPass(device, new(512, 0, HeadDim)));
        decode = lifetime.Own(new AttentionPass(device, new(1, 4095, HeadDim)));
    }
}
