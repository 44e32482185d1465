using System.Runtime.InteropServices;
using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Kernels.Devices;
using Homer.Kernels.Weights;

namespace Homer.Benchmarks.Cases;

/// <summary>A matrix of random weights, 8 bytes off the alignment of vectors, as in most weight files.</summary>
internal sealed unsafe class NoiseMatrix : IDisposable
{
    private const int Offset = 8;
    private readonly void* memory;

    public NoiseMatrix(ComputeDevice device, WeightType type, int rows, int columns)
    {
        SafetensorsType stored = type switch
        {
            WeightType.Float32 => SafetensorsType.F32,
            WeightType.Float16 => SafetensorsType.F16,
            _ => SafetensorsType.BF16,
        };
        long bytes = (long)rows * columns * stored.Size();
        memory = NativeMemory.AlignedAlloc((nuint)bytes + Offset, 64);
        RandomWeights.Fill(stored, stream: 1, (nint)memory + Offset, bytes);
        Matrix = WeightMatrix.Map(device, type, (byte*)memory + Offset, rows, columns);
    }

    public WeightMatrix Matrix { get; }

    public void Dispose()
    {
        Matrix.Dispose();
        NativeMemory.AlignedFree(memory);
    }
}
