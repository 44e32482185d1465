using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Rows.Gpu;

/// <summary>The bodies of <see cref="RowMath"/> for a group of threads: thread t takes elements, or quads of them, t, t + group size, …</summary>
internal static class RowMathGpu
{
    private const int Step = ComputeDevice.GpuGroupSize;

    /// <summary>Quads that a thread keeps in registers between the passes of a norm: all of a row of 4096.</summary>
    private const int QuadsKept = 8;

    // Numbers that a group gates at once, two quads a thread.
    private const int GatedAtOnce = 2 * 4 * ComputeDevice.GpuGroupSize;

    /// <summary>Groups that gate so many numbers.</summary>
    public static int GroupsThatGate(long count) => (int)((count + GatedAtOnce - 1) / GatedAtOnce);

    public static void Normalize<TQuads>(ArrayView<float> y, ArrayView<float> x, ArrayView<float> weight, int rows, int width, float epsilon)
        where TQuads : struct, IFloat32x4Access
    {
        TQuads quads = default;
        for (int r = Grid.IdxX; r < rows; r += Grid.DimX)
        {
            ArrayView<float> source = x.SubView((long)r * width, width), target = y.SubView((long)r * width, width);
            int t = Group.IdxX;
            Float32x4 x0 = quads.Load(source, t, width), x1 = quads.Load(source, t + Step, width);
            Float32x4 x2 = quads.Load(source, t + (2 * Step), width), x3 = quads.Load(source, t + (3 * Step), width);
            Float32x4 x4 = quads.Load(source, t + (4 * Step), width), x5 = quads.Load(source, t + (5 * Step), width);
            Float32x4 x6 = quads.Load(source, t + (6 * Step), width), x7 = quads.Load(source, t + (7 * Step), width);
            // Before anything is stored: a load behind a store waits for it, since both might be at the same place.
            Float32x4 w0 = quads.Load(weight, t, width), w1 = quads.Load(weight, t + Step, width);
            Float32x4 w2 = quads.Load(weight, t + (2 * Step), width), w3 = quads.Load(weight, t + (3 * Step), width);
            Float32x4 w4 = quads.Load(weight, t + (4 * Step), width), w5 = quads.Load(weight, t + (5 * Step), width);
            Float32x4 w6 = quads.Load(weight, t + (6 * Step), width), w7 = quads.Load(weight, t + (7 * Step), width);
            float squares = Square(x0) + Square(x1) + Square(x2) + Square(x3) + Square(x4) + Square(x5) + Square(x6) + Square(x7);
            for (int q = t + (QuadsKept * Step); 4 * q < width; q += Step)
                squares += Square(quads.Load(source, q, width));
            float scale = 1 / XMath.Sqrt((Primitives.Sum(squares) / width) + epsilon);
            quads.Store(target, t, width, Scale(x0, scale, w0));
            quads.Store(target, t + Step, width, Scale(x1, scale, w1));
            quads.Store(target, t + (2 * Step), width, Scale(x2, scale, w2));
            quads.Store(target, t + (3 * Step), width, Scale(x3, scale, w3));
            quads.Store(target, t + (4 * Step), width, Scale(x4, scale, w4));
            quads.Store(target, t + (5 * Step), width, Scale(x5, scale, w5));
            quads.Store(target, t + (6 * Step), width, Scale(x6, scale, w6));
            quads.Store(target, t + (7 * Step), width, Scale(x7, scale, w7));
            for (int q = t + (QuadsKept * Step); 4 * q < width; q += Step)
                quads.Store(target, q, width, Scale(quads.Load(source, q, width), scale, quads.Load(weight, q, width)));
        }
    }

    public static void SiluMultiply<TQuads>(ArrayView<float> gate, ArrayView<float> up, long count)
        where TQuads : struct, IFloat32x4Access
    {
        TQuads quads = default;
        for (long start = (long)Grid.IdxX * GatedAtOnce; start < count; start += (long)Grid.DimX * GatedAtOnce)
        {
            int n = (int)IntrinsicMath.Min(GatedAtOnce, count - start), t = Group.IdxX;
            ArrayView<float> gates = gate.SubView(start, n), ups = up.SubView(start, n);
            Float32x4 g0 = quads.Load(gates, t, n), u0 = quads.Load(ups, t, n), g1 = quads.Load(gates, t + Step, n), u1 = quads.Load(ups, t + Step, n);
            quads.Store(gates, t, n, Gate(g0, u0));
            quads.Store(gates, t + Step, n, Gate(g1, u1));
        }
    }

    public static float Square(Float32x4 a) => (a.X * a.X) + (a.Y * a.Y) + (a.Z * a.Z) + (a.W * a.W);

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
