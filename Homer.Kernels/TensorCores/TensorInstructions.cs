// Tour: docs/kernels.md#tensorproduct
using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.TensorCores;

/// <summary>
/// The instructions of NVIDIA GPUs that ILGPU has no name for. In PTX a call becomes the text of its <see cref="PtxAttribute"/>; on the
/// CPU it goes to the <see cref="TensorMachine"/> of the calling thread, so that a test can run a kernel that uses them.
/// </summary>
internal static class TensorInstructions
{
    // prmt spreads two of four bytes over 16 bits each; its selector, between prefix and suffix, says which two.
    private const string WidenPrefix = "{ .reg .b32 e, a, b, one; prmt.b32 e, %1, 0, ";

    private const string WidenSuffix =
        "; and.b32 a, e, 0x007f007f; or.b32 a, a, 0x43004300; and.b32 b, e, 0x00800080; or.b32 b, b, 0xc300c300; "
        + "mov.b32 one, 0x3f803f80; fma.rn.bf16x2 %0, a, one, b; }";

    /// <summary>Bytes of shared memory that a kernel gets: 48 KiB, all that a group has without asking the driver for more.</summary>
    public const int SharedBytes = 49152;

    /// <summary>Returns the address of <see cref="SharedBytes"/> bytes of shared memory; a kernel calls it once.</summary>
    [IntrinsicImplementation]
    [Ptx("{ .shared .align 16 .b8 stages[49152]; mov.u32 %0, stages; }")]
    public static uint SharedMemory() => TensorMachine.Current.SharedMemory();

    /// <summary>Waits for all threads of the group.</summary>
    [IntrinsicImplementation]
    [Ptx("bar.sync 0;")]
    public static void Barrier() => TensorMachine.Current.Barrier();

    /// <summary>Begins to copy 16 bytes of global memory to shared memory, or 0 bytes: then nothing is read, and zeros arrive.</summary>
    /// <param name="target">An address in shared memory, a multiple of 16.</param>
    /// <param name="source">An address in global memory, a multiple of 16.</param>
    /// <param name="bytes">16 or 0.</param>
    [IntrinsicImplementation]
    [Ptx("cp.async.cg.shared.global [%0], [%1], 16, %2;")]
    public static void CopyAsync(uint target, long source, int bytes) => TensorMachine.Current.CopyAsync(target, source, bytes);

    /// <summary>Makes one batch of all copies that the calling thread has begun since its last batch.</summary>
    [IntrinsicImplementation]
    [Ptx("cp.async.commit_group;")]
    public static void CommitCopies() => TensorMachine.Current.CommitCopies();

    /// <summary>Waits until all of the calling thread's batches but the last have arrived.</summary>
    [IntrinsicImplementation]
    [Ptx("cp.async.wait_group 1;")]
    public static void WaitForAllButOneBatch() => TensorMachine.Current.WaitForCopies(1);

    /// <summary>Waits until all of the calling thread's batches have arrived.</summary>
    [IntrinsicImplementation]
    [Ptx("cp.async.wait_group 0;")]
    public static void WaitForAllBatches() => TensorMachine.Current.WaitForCopies(0);

    /// <summary>Loads 16 bytes of global memory, at an address that is a multiple of 16.</summary>
    [IntrinsicImplementation]
    [Ptx("ld.global.v4.f32 {%0, %1, %2, %3}, [%4];")]
    public static Float32x4 LoadGlobal(long address) => TensorMachine.Current.LoadGlobal<Float32x4>(address);

    /// <summary>Stores 16 bytes in shared memory, at an address that is a multiple of 16.</summary>
    [IntrinsicImplementation]
    [Ptx("st.shared.v4.b32 [%0], {%1, %2, %3, %4};")]
    public static void Store(uint address, Registers values) => TensorMachine.Current.Store(address, values);

    /// <summary>Stores a number in shared memory.</summary>
    [IntrinsicImplementation]
    [Ptx("st.shared.f32 [%0], %1;")]
    public static void Store(uint address, float value) => TensorMachine.Current.Store(address, value);

    /// <summary>Loads 16 bytes of shared memory, at an address that is a multiple of 16.</summary>
    [IntrinsicImplementation]
    [Ptx("ld.shared.v4.f32 {%0, %1, %2, %3}, [%4];")]
    public static Float32x4 LoadFour(uint address) => TensorMachine.Current.LoadFour(address);

    /// <summary>Loads two neighbouring 32-bit numbers from shared memory.</summary>
    [IntrinsicImplementation]
    [Ptx("ld.shared.v2.f32 {%0, %1}, [%2];")]
    public static Float32x2 LoadPair(uint address) => TensorMachine.Current.LoadPair(address);

    /// <summary>
    /// Loads four 8 × 8 matrices of 16-bit elements from shared memory (ldmatrix); lane 8·i + r gives the address of row r of matrix i.
    /// </summary>
    [IntrinsicImplementation]
    [Ptx("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];")]
    public static Registers LoadMatrices(uint address) => TensorMachine.Current.LoadMatrices(address);

    /// <summary>Loads four 8 × 8 matrices of 16-bit elements from shared memory, each transposed (ldmatrix.trans).</summary>
    [IntrinsicImplementation]
    [Ptx("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];")]
    public static Registers LoadTransposedMatrices(uint address) => TensorMachine.Current.LoadTransposedMatrices(address);

    /// <summary>Returns the value of the thread whose lane differs in the last bit; all threads of a warp call it together.</summary>
    [IntrinsicImplementation]
    [Ptx("shfl.sync.bfly.b32 %0, %1, 1, 31, 0xffffffff;")]
    public static float FromNeighbour(float value) => TensorMachine.Current.Exchange(value, 1);

    /// <summary>Returns the value of the thread whose lane differs in the last bit but one.</summary>
    [IntrinsicImplementation]
    [Ptx("shfl.sync.bfly.b32 %0, %1, 2, 31, 0xffffffff;")]
    public static float FromNextPair(float value) => TensorMachine.Current.Exchange(value, 2);

    /// <summary>Returns two numbers rounded to bfloat16, to nearest even; the first is the lower half.</summary>
    // The instruction's first source becomes the upper half.
    [IntrinsicImplementation]
    [Ptx("cvt.rn.bf16x2.f32 %0, %2, %1;")]
    public static uint RoundToBFloat16(float low, float high) => RoundToBFloat16(low) | (RoundToBFloat16(high) << 16);

    /// <summary>Returns the lower two of four signed bytes as bfloat16; see <see cref="Widen"/>.</summary>
    [IntrinsicImplementation]
    [Ptx(WidenPrefix + "0x4140" + WidenSuffix)]
    public static uint WidenLow(uint bytes) => Widen((byte)bytes) | (Widen((byte)(bytes >> 8)) << 16);

    /// <summary>Returns the upper two of four signed bytes as bfloat16.</summary>
    [IntrinsicImplementation]
    [Ptx(WidenPrefix + "0x4342" + WidenSuffix)]
    public static uint WidenHigh(uint bytes) => WidenLow(bytes >> 16);

    /// <summary>Returns two numbers rounded to binary16, to nearest even; the first is the lower half.</summary>
    [IntrinsicImplementation]
    [Ptx("cvt.rn.f16x2.f32 %0, %2, %1;")]
    public static uint RoundToFloat16(float low, float high) =>
        BitConverter.HalfToUInt16Bits((Half)low) | ((uint)BitConverter.HalfToUInt16Bits((Half)high) << 16);

    /// <summary>Returns the number clamped to binary16's ±65504; NaN is preserved.</summary>
    [IntrinsicImplementation]
    [Ptx("{ .reg .f32 least; max.NaN.f32 least, %1, 0fC77FE000; min.NaN.f32 %0, least, 0f477FE000; }")]
    public static float Saturate(float value) => Math.Clamp(value, -65504f, 65504f);

    /// <summary>
    /// Returns the score where <paramref name="last"/> ≥ <paramref name="least"/>, −∞ otherwise; ILGPU would compile a condition to a
    /// branch.
    /// </summary>
    [IntrinsicImplementation]
    [Ptx("{ .reg .pred first; setp.ge.s32 first, %1, %2; selp.f32 %0, %3, 0fFF800000, first; }")]
    public static float Visible(int last, int least, float score) => last >= least ? score : float.NegativeInfinity;

    /// <summary>Returns 2^x, to two units in the last place; 0 where it is subnormal.</summary>
    [IntrinsicImplementation]
    [Ptx("ex2.approx.ftz.f32 %0, %1;")]
    public static float Exp2(float x) => TensorMachine.Current.Exp2(x);

    /// <summary>Begins to copy 16 bytes of global memory to shared memory.</summary>
    /// <param name="target">An address in shared memory, a multiple of 16.</param>
    /// <param name="source">An address in global memory, a multiple of 16.</param>
    [IntrinsicImplementation]
    [Ptx("cp.async.cg.shared.global [%0], [%1], 16;")]
    public static void CopyAsync(uint target, long source) => TensorMachine.Current.CopyAsync(target, source, 16);

    /// <summary>
    /// Returns the value, and has it computed at this place. ILGPU moves pure expressions, divisions and roots included, to where they
    /// are used, even into loops; the result of an instruction stays where it is.
    /// </summary>
    [IntrinsicImplementation]
    [Ptx("mov.b32 %0, %1;")]
    public static uint Here(uint value) => value;

    /// <inheritdoc cref="Here(uint)"/>
    [IntrinsicImplementation]
    [Ptx("mov.b32 %0, %1;")]
    public static int Here(int value) => value;

    /// <inheritdoc cref="Here(uint)"/>
    [IntrinsicImplementation]
    [Ptx("mov.b32 %0, %1;")]
    public static float Here(float value) => value;

    /// <inheritdoc cref="Here(uint)"/>
    [IntrinsicImplementation]
    [Ptx("mov.b64 %0, %1;")]
    public static long Here(long value) => value;

    /// <summary>Returns sums + x·wᵀ of bfloat16 factors (mma.m16n8k16).</summary>
    [IntrinsicImplementation]
    [Ptx("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%8, %9, %10, %11}, {%12, %13}, {%4, %5, %6, %7};")]
    public static Sums MultiplyAddBFloat16(Sums sums, Registers x, uint w0, uint w1) =>
        TensorMachine.Current.MultiplyAdd(sums, x, w0, w1, DecodeBFloat16);

    /// <summary>Returns sums + x·wᵀ of binary16 factors (mma.m16n8k16).</summary>
    [IntrinsicImplementation]
    [Ptx("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%8, %9, %10, %11}, {%12, %13}, {%4, %5, %6, %7};")]
    public static Sums MultiplyAddFloat16(Sums sums, Registers x, uint w0, uint w1) =>
        TensorMachine.Current.MultiplyAdd(sums, x, w0, w1, Decode16);

    /// <summary>
    /// Returns a signed byte as a bfloat16, as the instructions compute it without a conversion, which a GPU executes at a low rate: bits
    /// 0x4300 are 128, and the seven below count on by one. A byte's lower seven bits put there are 128 + (e mod 128), from which 128 is
    /// subtracted, or 256 where e is negative; and 256 is 0x4380, whose last bit but seven is the byte's sign.
    /// </summary>
    private static uint Widen(byte e) =>
        RoundToBFloat16(DecodeBFloat16((ushort)(0x4300 | (e & 0x7f))) + DecodeBFloat16((ushort)(0xc300 | (e & 0x80))));

    internal static float DecodeBFloat16(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    internal static float Decode16(ushort bits) => (float)BitConverter.UInt16BitsToHalf(bits);

    private static uint RoundToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? 0x7fff : (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    }
}
