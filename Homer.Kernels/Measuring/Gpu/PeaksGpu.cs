using Homer.Kernels.Backends;
using ILGPU;

namespace Homer.Kernels.Measuring.Gpu;

// Tour: docs/kernels.md#ceilings
/// <summary>
/// The bodies of <see cref="Peaks"/> for a group of threads: twelve chains a thread, or neighbouring elements for neighbouring threads.
/// </summary>
internal static class PeaksGpu
{
    public static float MultiplyAdd(float factor, float summand, int rounds, int bits)
    {
        // Chains and threads begin with different values, so that the compiler cannot merge any of them.
        float s0 = Group.IdxX, s1 = s0 + factor, s2 = s1 + factor, s3 = s2 + factor, s4 = s3 + factor, s5 = s4 + factor;
        float s6 = s5 + factor, s7 = s6 + factor, s8 = s7 + factor, s9 = s8 + factor, s10 = s9 + factor, s11 = s10 + factor;
        for (int i = 0; i < rounds; i++)
        {
            s0 = (s0 * factor) + summand;
            s1 = (s1 * factor) + summand;
            s2 = (s2 * factor) + summand;
            s3 = (s3 * factor) + summand;
            s4 = (s4 * factor) + summand;
            s5 = (s5 * factor) + summand;
            s6 = (s6 * factor) + summand;
            s7 = (s7 * factor) + summand;
            s8 = (s8 * factor) + summand;
            s9 = (s9 * factor) + summand;
            s10 = (s10 * factor) + summand;
            s11 = (s11 * factor) + summand;
        }

        return Primitives.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11);
    }

    public static float Read(ArrayView<float> x, int n)
    {
        float sum = 0;
        for (int i = Group.IdxX; i < n; i += Group.DimX)
            sum += x[i];
        return Primitives.Sum(sum);
    }
}
