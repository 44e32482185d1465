using System.Runtime.CompilerServices;
using Homer.Kernels.Weights.Ggml;

namespace Homer.Kernels.Weights.Cpu;

/// <summary>On the CPU, widens blocks of ggml to 32 bits.</summary>
internal static unsafe class GgmlDecoding
{
    /// <summary>Widens whole blocks.</summary>
    /// <param name="target">Output [count].</param>
    /// <param name="blocks">The blocks.</param>
    /// <param name="count">The number of elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Decode<TFormat>(float* target, byte* blocks, int count)
        where TFormat : unmanaged, IGgmlFormat
    {
        int length = default(TFormat).BlockLength, groupLength = default(TFormat).GroupLength;
        for (int first = 0; first < count; first += length, blocks += default(TFormat).BlockBytes)
        {
            var block = new HostBlock(blocks);
            for (int group = 0; group < length / groupLength; group++)
            {
                GroupScale shared = default(TFormat).Scale(block, group);
                for (int i = group * groupLength; i < (group + 1) * groupLength; i++)
                    target[first + i] = (shared.Scale * default(TFormat).Number(block, i)) + shared.Offset;
            }
        }
    }
}
