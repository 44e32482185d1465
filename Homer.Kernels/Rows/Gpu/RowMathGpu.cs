using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Rows.Gpu;

// Tour: docs/kernels.md#rmsnorm
/// <summary>
/// The bodies of <see cref="RowMath"/> for a group of threads: thread t takes elements t, t + group size, … of a row, or four elements at a
/// time, q = t, t + group size, … being elements 4·q … 4·q + 3.
/// </summary>
internal static class RowMathGpu
{
    private const int Step = GpuGroup.Size;

    // Vectors of four that a thread keeps in registers between the two passes of a norm: all of a row of 4096.
    private const int VectorsKept = 8;

    // Elements that a group gates at a time, two vectors of four for each thread.
    private const int GatedAtOnce = 2 * 4 * GpuGroup.Size;

    /// <summary>Returns the number of groups for which there is work in gating <paramref name="count"/> elements.</summary>
    public static int GroupsThatGate(long count) => (int)((count + GatedAtOnce - 1) / GatedAtOnce);

    public static void Normalize<TAccess>(
        ArrayView<float> y, ArrayView<float> x, ArrayView<float> weight, int rows, int width, float epsilon)
        where TAccess : struct, IFloat32x4Access
    {
        TAccess access = default;
        for (int r = Grid.IdxX; r < rows; r += Grid.DimX)
        {
            ArrayView<float> source = x.SubView((long)r * width, width), target = y.SubView((long)r * width, width);
            int t = Group.IdxX;

            // Load x, and w before anything is stored: a load behind a store waits for it, since both might be at the same address.
            Float32x4 x0 = access.Load(source, t, width), x1 = access.Load(source, t + Step, width);
            Float32x4 x2 = access.Load(source, t + (2 * Step), width), x3 = access.Load(source, t + (3 * Step), width);
            Float32x4 x4 = access.Load(source, t + (4 * Step), width), x5 = access.Load(source, t + (5 * Step), width);
            Float32x4 x6 = access.Load(source, t + (6 * Step), width), x7 = access.Load(source, t + (7 * Step), width);
            Float32x4 w0 = access.Load(weight, t, width), w1 = access.Load(weight, t + Step, width);
            Float32x4 w2 = access.Load(weight, t + (2 * Step), width), w3 = access.Load(weight, t + (3 * Step), width);
            Float32x4 w4 = access.Load(weight, t + (4 * Step), width), w5 = access.Load(weight, t + (5 * Step), width);
            Float32x4 w6 = access.Load(weight, t + (6 * Step), width), w7 = access.Load(weight, t + (7 * Step), width);

            // Pass 1: Σ x², over the group.
            float squares = Square(x0) + Square(x1) + Square(x2) + Square(x3) + Square(x4) + Square(x5) + Square(x6) + Square(x7);
            for (int q = t + (VectorsKept * Step); 4 * q < width; q += Step)
                squares += Square(access.Load(source, q, width));
            float scale = 1 / XMath.Sqrt((Primitives.Sum(squares) / width) + epsilon);

            // Pass 2: y = x · scale · w. Beyond 4096 elements x is read again, from the L1 cache.
            access.Store(target, t, width, Scale(x0, scale, w0));
            access.Store(target, t + Step, width, Scale(x1, scale, w1));
            access.Store(target, t + (2 * Step), width, Scale(x2, scale, w2));
            access.Store(target, t + (3 * Step), width, Scale(x3, scale, w3));
            access.Store(target, t + (4 * Step), width, Scale(x4, scale, w4));
            access.Store(target, t + (5 * Step), width, Scale(x5, scale, w5));
            access.Store(target, t + (6 * Step), width, Scale(x6, scale, w6));
            access.Store(target, t + (7 * Step), width, Scale(x7, scale, w7));
            for (int q = t + (VectorsKept * Step); 4 * q < width; q += Step)
                access.Store(target, q, width, Scale(access.Load(source, q, width), scale, access.Load(weight, q, width)));
        }
    }

    public static void SiluMultiply<TAccess>(ArrayView<float> gate, ArrayView<float> up, long count)
        where TAccess : struct, IFloat32x4Access
    {
        TAccess access = default;
        for (long start = (long)Grid.IdxX * GatedAtOnce; start < count; start += (long)Grid.DimX * GatedAtOnce)
        {
            int n = (int)IntrinsicMath.Min(GatedAtOnce, count - start), t = Group.IdxX;
            ArrayView<float> gates = gate.SubView(start, n), ups = up.SubView(start, n);
            Float32x4 g0 = access.Load(gates, t, n), u0 = access.Load(ups, t, n);
            Float32x4 g1 = access.Load(gates, t + Step, n), u1 = access.Load(ups, t + Step, n);
            access.Store(gates, t, n, Gate(g0, u0));
            access.Store(gates, t + Step, n, Gate(g1, u1));
        }
    }

    /// <summary>Returns the sum of the four squares.</summary>
    public static float Square(Float32x4 a) => (a.X * a.X) + (a.Y * a.Y) + (a.Z * a.Z) + (a.W * a.W);

    /// <summary>Returns x / (1 + e⁻ˣ).</summary>
    public static float Silu(float x) => x / (1 + XMath.Exp(-x));

    public static void Copy<T>(ArrayView<T> target, ArrayView<T> source, int n)
        where T : unmanaged
    {
        for (int i = Group.IdxX; i < n; i += Group.DimX)
            target[i] = source[i];
    }

    public static void Blend<T>(ArrayView<T> target, ArrayView<T> source, float a, float b, int n)
        where T : unmanaged, ICacheElement<T>
    {
        for (int i = Group.IdxX; i < n; i += Group.DimX)
            target[i] = target[i].FromSingle((a * target[i].ToSingle()) + (b * source[i].ToSingle()));
    }

    public static void Decode<T>(ArrayView<float> target, ArrayView<T> source, int n)
        where T : unmanaged, IWeightElement
    {
        for (int i = Group.IdxX; i < n; i += Group.DimX)
            target[i] = source[i].ToSingle();
    }

    private static Float32x4 Gate(Float32x4 gate, Float32x4 up) =>
        new() { X = Silu(gate.X) * up.X, Y = Silu(gate.Y) * up.Y, Z = Silu(gate.Z) * up.Z, W = Silu(gate.W) * up.W };

    private static Float32x4 Scale(Float32x4 x, float scale, Float32x4 weight) =>
        new() { X = x.X * scale * weight.X, Y = x.Y * scale * weight.Y, Z = x.Z * scale * weight.Z, W = x.W * scale * weight.W };
}
