using System.Runtime.InteropServices;
using Homer.Kernels.Elements;
using Homer.Kernels.TensorCores;

namespace Homer.Tests.Kernels.TensorCores;

/// <summary>One thread of an <see cref="EmulatedGroup"/>; sections of the PTX ISA are named where they say which lane holds what.</summary>
internal sealed class EmulatedThread(EmulatedGroup group, EmulatedWarp warp, EmulatedWarp warpgroup, int rank) : TensorMachine
{
    private readonly int lane = rank % 32;
    private readonly List<uint> arrived = [];
    private readonly Queue<List<(uint Target, long Source, int Bytes)>> batches = new();
    private readonly Queue<(long A, long B, int Begun, Func<ushort, float> Decode)> products = new();
    private List<(uint Target, long Source, int Bytes)> begun = [];
    private float[] sums = [];

    // Barriers passed so far. What was never written counts as written before the first.
    private int epoch = 1;

    public override uint SharedMemory() => EmulatedGroup.Start;

    public override void Barrier()
    {
        group.Meet();
        epoch++;
    }

    public override void CopyAsync(uint target, long source, int bytes)
    {
        group.BeginCopy(target, source, bytes, epoch);
        begun.Add((target, source, bytes));
    }

    public override void CommitCopies()
    {
        batches.Enqueue(begun);
        begun = [];
    }

    // A copy arrives as late as it may.
    public override void WaitForCopies(int pending)
    {
        while (batches.Count > pending)
        {
            foreach ((uint target, long source, int bytes) in batches.Dequeue())
            {
                group.EndCopy(target, source, bytes, epoch);
                arrived.Add(target);
            }
        }
    }

    public override void FenceCopies()
    {
        arrived.ForEach(group.Fence);
        arrived.Clear();
    }

    public override T LoadGlobal<T>(long address) => group.ReadGlobal<T>(address);

    public override void StoreGlobal<T>(long address, T values) => group.WriteGlobal(address, values);

    public override void Store(uint address, Registers values) => group.Store(address, values, epoch);

    public override void Store(uint address, float value) => group.Store(address, BitConverter.SingleToUInt32Bits(value), epoch);

    public override Float32x4 LoadFour(uint address)
    {
        EmulatedGroup.Require(address % 16 == 0, "a load is not aligned to 16 bytes");
        return new() { X = Number(0), Y = Number(4), Z = Number(8), W = Number(12) };

        float Number(uint offset) => BitConverter.UInt32BitsToSingle(group.Read(address + offset, epoch));
    }

    public override Float32x2 LoadPair(uint address)
    {
        EmulatedGroup.Require(address % 8 == 0, "a pair is not aligned to 8 bytes");
        return new()
        {
            Low = BitConverter.UInt32BitsToSingle(group.Read(address, epoch)),
            High = BitConverter.UInt32BitsToSingle(group.Read(address + 4, epoch)),
        };
    }

    /// <summary>
    /// "Warp-level matrix load instruction: ldmatrix", .m8n8.x4.b16: lane 4·r + c holds elements 2c and 2c + 1 of row r of each matrix.
    /// </summary>
    public override Registers LoadMatrices(uint address)
    {
        EmulatedGroup.Require(address % 16 == 0, "a row of a matrix is not aligned to 16 bytes");
        return warp.Together(lane, [address], shown =>
        {
            return new Registers { R0 = Element(0), R1 = Element(1), R2 = Element(2), R3 = Element(3) };

            uint Element(int matrix) => group.Read(shown[(matrix * 8) + (lane / 4)][0] + (uint)(lane % 4 * 4), epoch);
        });
    }

    /// <summary>Loads matrices with .trans: lane 4·r + c holds elements r of rows 2c and 2c + 1.</summary>
    public override Registers LoadTransposedMatrices(uint address)
    {
        EmulatedGroup.Require(address % 16 == 0, "a row of a matrix is not aligned to 16 bytes");
        return warp.Together(lane, [address], shown =>
        {
            return new Registers { R0 = Elements(0), R1 = Elements(1), R2 = Elements(2), R3 = Elements(3) };

            uint Elements(int matrix) =>
                Element(shown[(matrix * 8) + (lane % 4 * 2)][0]) | (Element(shown[(matrix * 8) + (lane % 4 * 2) + 1][0]) << 16);

            uint Element(uint row) => (ushort)(group.Read(row + (uint)(lane / 8 * 4), epoch) >> (lane / 4 % 2 * 16));
        });
    }

    /// <summary>"Data Movement and Conversion Instructions: shfl.sync", .bfly.</summary>
    public override float Exchange(float value, int mask) =>
        warp.Together(lane, [BitConverter.SingleToUInt32Bits(value)], shown => BitConverter.UInt32BitsToSingle(shown[lane ^ mask][0]));

    /// <summary>
    /// "Floating Point Instructions: ex2", .approx.ftz: two units in the last place off at most, here by as much up or down.
    /// </summary>
    public override float Exp2(float x)
    {
        float exact = (float)Math.Pow(2, x);
        if (!float.IsNormal(exact))
            return float.IsSubnormal(exact) ? 0 : exact;
        int bits = BitConverter.SingleToInt32Bits(exact);
        // An argument of 0 is the exception: 1, exactly.
        return x == 0 ? exact : BitConverter.Int32BitsToSingle(bits + ((BitConverter.SingleToInt32Bits(x) & 1) == 0 ? 2 : -2));
    }

    /// <summary>
    /// "Matrix Fragments for mma.m16n8k16 with floating point type", .f16 / .bf16; sums are exact until they are rounded at the end.
    /// </summary>
    public override Sums MultiplyAdd(Sums sums, Registers x, uint w0, uint w1, Func<ushort, float> decode) =>
        warp.Together(lane, [x.R0, x.R1, x.R2, x.R3, w0, w1], shown =>
        {
            int row = lane / 4, column = lane % 4 * 2;
            return new Sums
            {
                S0 = Sum(sums.S0, row, column),
                S1 = Sum(sums.S1, row, column + 1),
                S2 = Sum(sums.S2, row + 8, column),
                S3 = Sum(sums.S3, row + 8, column + 1),
            };

            float Sum(float sum, int i, int j)
            {
                double total = sum;
                for (int k = 0; k < 16; k++)
                    total += (double)A(i, k) * B(k, j);
                return (float)total;
            }

            float A(int i, int k) => Half(shown[(i % 8 * 4) + (k % 8 / 2)][(i / 8) + (k / 8 * 2)], k);

            float B(int k, int j) => Half(shown[(j * 4) + (k % 8 / 2)][4 + (k / 8)], k);

            float Half(uint register, int k) => decode((ushort)(register >> (k % 2 * 16)));
        });

    public override void ClearSums(int columns)
    {
        EmulatedGroup.Require(sums.Length == 0, "sums are declared twice");
        sums = new float[columns / 2];
    }

    public override void BeginMultiplyAdd(long a, long b, Func<ushort, float> decode) => products.Enqueue((a, b, epoch, decode));

    // A product reads its factors as late as it may.
    public override void WaitForProducts(int pending)
    {
        while (products.Count > pending)
            MultiplyAdd(products.Dequeue());
    }

    public override SumRow ReadSums(int first)
    {
        EmulatedGroup.Require(products.Count == 0, "sums are read while products are added to them");
        return MemoryMarshal.Read<SumRow>(MemoryMarshal.AsBytes(sums.AsSpan(first)));
    }

    /// <summary>
    /// "Register Fragments for wgmma.mma_async.m64nNk16": warp i has rows 16·i …, and of each 8 columns a lane has what it has of
    /// mma.m16n8k16. Both factors are in shared memory, "Matrix-descriptor": the start in 16 bytes (bits 0 … 13), the bytes from eight
    /// rows to the next in the same unit (bits 32 … 45), swizzle 1 (bits 62, 63), for which rows have 128 bytes and bits 4 … 6 of an
    /// address are combined with bits 7 … 9, "Strides".
    /// </summary>
    private void MultiplyAdd((long A, long B, int Begun, Func<ushort, float> Decode) product) =>
        warpgroup.Together(rank, [(uint)product.A, (uint)product.B], shown =>
        {
            (long a, long b, int since, Func<ushort, float> decode) = product;
            EmulatedGroup.Require(Array.TrueForAll(shown, other => other[0] == (uint)a && other[1] == (uint)b),
                "the threads of a warpgroup disagree about an operand");
            EmulatedGroup.Require(a >> 62 == 1 && b >> 62 == 1, "an operand has another swizzle");
            for (int half = 0; half < 2; half++)
            {
                float[] row = Row(a, (rank / 32 * 16) + (lane / 4) + (half * 8));
                for (int column = 0; column < 2 * sums.Length; column += 8)
                {
                    for (int i = 0; i < 2; i++)
                    {
                        ref float sum = ref sums[(column / 2) + (half * 2) + i];
                        sum = Sum(sum, row, Row(b, column + (lane % 4 * 2) + i));
                    }
                }
            }

            return true;

            float[] Row(long descriptor, int row) =>
                [.. Enumerable.Range(0, 64).Select(k => decode(group.ReadFactor(Address(descriptor, row, k), since, epoch)))];

            // Each step of 16 begins 32 bytes further.
            static uint Address(long descriptor, int row, int k)
            {
                uint start = (uint)(descriptor & 0x3fff) << 4, apart = (uint)((descriptor >> 32) & 0x3fff) << 4;
                uint address = start + (uint)(row / 8) * apart + (uint)(row % 8 * 128) + (uint)(k * 2);
                return address ^ ((address >> 3) & 0x70);
            }

            static float Sum(float sum, float[] left, float[] right)
            {
                double total = sum;
                for (int k = 0; k < left.Length; k++)
                    total += (double)left[k] * right[k];
                return (float)total;
            }
        });
}
