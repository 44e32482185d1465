using Homer.Kernels.Elements;
using ILGPU;
using ILGPU.Runtime;

namespace Homer.Kernels.Rows;

// Tour: docs/kernels.md#rmsnorm
/// <summary>
/// Access of a GPU thread to rows of n elements, four at a time: vector q is elements 4·q … 4·q + 3. Elements beyond the row are read as 0
/// and
/// not written. Stateless: call on <c>default(T)</c>.
/// </summary>
internal interface IFloat32x4Access
{
    /// <summary>Loads vector q.</summary>
    Float32x4 Load(ArrayView<float> row, int q, int n);

    /// <summary>Stores vector q.</summary>
    void Store(ArrayView<float> row, int q, int n, Float32x4 numbers);

    /// <summary>Stores vector q, rounded to elements of the KV cache.</summary>
    void Encode<T>(ArrayView<T> row, int q, int n, Float32x4 numbers)
        where T : unmanaged, ICacheElement<T>;
}

/// <summary>
/// Access to rows that begin at multiples of four elements and have a multiple of four: one 16-byte load or store for each vector.
/// </summary>
internal readonly struct AlignedFloat32x4Access : IFloat32x4Access
{
    private const int Bytes = 4 * sizeof(float);

    public Float32x4 Load(ArrayView<float> row, int q, int n)
    {
        Float32x4 numbers = default;
        if (4 * q < n)
            numbers = row.AsAligned(Bytes).Cast<Float32x4>()[q];
        return numbers;
    }

    public void Store(ArrayView<float> row, int q, int n, Float32x4 numbers)
    {
        if (4 * q < n)
            row.AsAligned(Bytes).Cast<Float32x4>()[q] = numbers;
    }

    public void Encode<T>(ArrayView<T> row, int q, int n, Float32x4 numbers)
        where T : unmanaged, ICacheElement<T>
    {
        if (4 * q < n)
        {
            T element = default;
            row.AsAligned(4 * Interop.SizeOf<T>()).Cast<Four<T>>()[q] = new()
            {
                First = element.FromSingle(numbers.X),
                Second = element.FromSingle(numbers.Y),
                Third = element.FromSingle(numbers.Z),
                Fourth = element.FromSingle(numbers.W),
            };
        }
    }

    private struct Four<T>
    {
        public T First, Second, Third, Fourth;
    }
}

/// <summary>Access to any rows: up to four loads or stores for each vector.</summary>
internal readonly struct UnalignedFloat32x4Access : IFloat32x4Access
{
    public Float32x4 Load(ArrayView<float> row, int q, int n) => new()
    {
        X = Load(row, 4 * q, n, 0),
        Y = Load(row, 4 * q, n, 1),
        Z = Load(row, 4 * q, n, 2),
        W = Load(row, 4 * q, n, 3),
    };

    public void Store(ArrayView<float> row, int q, int n, Float32x4 numbers) => Encode(row.Cast<Float32>(), q, n, numbers);

    public void Encode<T>(ArrayView<T> row, int q, int n, Float32x4 numbers)
        where T : unmanaged, ICacheElement<T>
    {
        Encode(row, 4 * q, n, numbers.X);
        Encode(row, (4 * q) + 1, n, numbers.Y);
        Encode(row, (4 * q) + 2, n, numbers.Z);
        Encode(row, (4 * q) + 3, n, numbers.W);
    }

    private static float Load(ArrayView<float> row, int first, int n, int i)
    {
        float number = 0;
        if (first + i < n)
            number = row[first + i];
        return number;
    }

    private static void Encode<T>(ArrayView<T> row, int i, int n, float number)
        where T : unmanaged, ICacheElement<T>
    {
        if (i < n)
            row[i] = default(T).FromSingle(number);
    }
}
