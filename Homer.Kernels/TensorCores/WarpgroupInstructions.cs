// Tour: docs/kernels.md#warpgroupproduct
using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.TensorCores;

/// <summary>
/// The instructions of sm_90a with which 128 threads, a warpgroup, multiply together; calls work as those of
/// <see cref="TensorInstructions"/>.
/// </summary>
internal static class WarpgroupInstructions
{
    /// <summary>The name of the shared memory in PTX, which <see cref="WarpgroupKernel{T}"/> declares.</summary>
    public const string SharedName = "stages";

    /// <summary>Columns of a tile of sums that one <see cref="SumRow"/> holds.</summary>
    public const int SumColumns = 64;

    /// <summary>Returns the address of the shared memory that the launch asks for, a multiple of 1024.</summary>
    [IntrinsicImplementation]
    [Ptx($"mov.u32 %0, {SharedName};")]
    public static uint SharedMemory() => TensorMachine.Current.SharedMemory();

    /// <summary>Waits until all of the calling thread's batches of copies but the last have arrived.</summary>
    [IntrinsicImplementation]
    [Ptx("cp.async.wait_group 1;")]
    public static void WaitForAllButOneBatch() => TensorMachine.Current.WaitForCopies(1);

    /// <summary>Waits until all of the calling thread's batches of copies but the last three have arrived.</summary>
    [IntrinsicImplementation]
    [Ptx("cp.async.wait_group 3;")]
    public static void WaitForAllButThreeBatches() => TensorMachine.Current.WaitForCopies(3);

    /// <summary>Waits until all of the calling thread's batches of copies but the last five have arrived.</summary>
    [IntrinsicImplementation]
    [Ptx("cp.async.wait_group 5;")]
    public static void WaitForAllButFiveBatches() => TensorMachine.Current.WaitForCopies(5);

    /// <summary>
    /// Makes what the calling thread has written to shared memory visible to wgmma, which reads it through another proxy.
    /// </summary>
    [IntrinsicImplementation]
    [Ptx("fence.proxy.async.shared::cta;")]
    public static void FenceCopies() => TensorMachine.Current.FenceCopies();

    /// <summary>
    /// Sets the calling thread's sums of a tile of 64 × 256 to zero. A kernel has sums of one width, and calls this once.
    /// </summary>
    [IntrinsicImplementation]
    [WarpgroupSumsPtx(256)]
    public static void Clear256() => TensorMachine.Current.ClearSums(256);

    /// <summary>Sets the calling thread's sums of a tile of 64 × 128 to zero; see <see cref="Clear256"/>.</summary>
    [IntrinsicImplementation]
    [WarpgroupSumsPtx(128)]
    public static void Clear128() => TensorMachine.Current.ClearSums(128);

    /// <summary>Sets the calling thread's sums of a tile of 64 × 64 to zero; see <see cref="Clear256"/>.</summary>
    [IntrinsicImplementation]
    [WarpgroupSumsPtx(64)]
    public static void Clear64() => TensorMachine.Current.ClearSums(64);

    /// <summary>
    /// Begins sums += a·bᵀ for 64 of the depth, 64 rows of a and 256 of b, whose <see cref="MatrixDescriptor"/> the arguments are. All
    /// threads of a warpgroup call it, and each gets its share. Until the product has been waited for, neither the sums may be used nor a
    /// and b overwritten.
    /// </summary>
    [IntrinsicImplementation]
    [WarpgroupPtx("bf16", 256)]
    public static void BeginBFloat16Of256(long a, long b) =>
        TensorMachine.Current.BeginMultiplyAdd(a, b, TensorInstructions.DecodeBFloat16);

    /// <inheritdoc cref="BeginBFloat16Of256"/>
    [IntrinsicImplementation]
    [WarpgroupPtx("f16", 256)]
    public static void BeginFloat16Of256(long a, long b) =>
        TensorMachine.Current.BeginMultiplyAdd(a, b, TensorInstructions.Decode16);

    /// <summary>Begins sums += a·bᵀ for 128 rows of b; see <see cref="BeginBFloat16Of256"/>.</summary>
    [IntrinsicImplementation]
    [WarpgroupPtx("bf16", 128)]
    public static void BeginBFloat16Of128(long a, long b) =>
        TensorMachine.Current.BeginMultiplyAdd(a, b, TensorInstructions.DecodeBFloat16);

    /// <inheritdoc cref="BeginBFloat16Of128"/>
    [IntrinsicImplementation]
    [WarpgroupPtx("f16", 128)]
    public static void BeginFloat16Of128(long a, long b) =>
        TensorMachine.Current.BeginMultiplyAdd(a, b, TensorInstructions.Decode16);

    /// <summary>Begins sums += a·bᵀ for 64 rows of b; see <see cref="BeginBFloat16Of256"/>.</summary>
    [IntrinsicImplementation]
    [WarpgroupPtx("bf16", 64)]
    public static void BeginBFloat16Of64(long a, long b) =>
        TensorMachine.Current.BeginMultiplyAdd(a, b, TensorInstructions.DecodeBFloat16);

    /// <inheritdoc cref="BeginBFloat16Of64"/>
    [IntrinsicImplementation]
    [WarpgroupPtx("f16", 64)]
    public static void BeginFloat16Of64(long a, long b) =>
        TensorMachine.Current.BeginMultiplyAdd(a, b, TensorInstructions.Decode16);

    /// <summary>Waits for all products that have begun but the last.</summary>
    [IntrinsicImplementation]
    [Ptx("wgmma.wait_group.sync.aligned 1;")]
    public static void WaitForAllButOneProduct() => TensorMachine.Current.WaitForProducts(1);

    /// <summary>Waits for all products that have begun.</summary>
    [IntrinsicImplementation]
    [Ptx("wgmma.wait_group.sync.aligned 0;")]
    public static void WaitForProducts() => TensorMachine.Current.WaitForProducts(0);

    /// <summary>Returns the calling thread's sums of the tile's first 64 columns.</summary>
    [IntrinsicImplementation]
    [WarpgroupSumRowPtx(0)]
    public static SumRow FirstSums() => TensorMachine.Current.ReadSums(0);

    /// <summary>Returns the calling thread's sums of the tile's second 64 columns.</summary>
    [IntrinsicImplementation]
    [WarpgroupSumRowPtx(32)]
    public static SumRow SecondSums() => TensorMachine.Current.ReadSums(32);

    /// <summary>Returns the calling thread's sums of the tile's third 64 columns.</summary>
    [IntrinsicImplementation]
    [WarpgroupSumRowPtx(64)]
    public static SumRow ThirdSums() => TensorMachine.Current.ReadSums(64);

    /// <summary>Returns the calling thread's sums of the tile's fourth 64 columns.</summary>
    [IntrinsicImplementation]
    [WarpgroupSumRowPtx(96)]
    public static SumRow FourthSums() => TensorMachine.Current.ReadSums(96);

    /// <summary>Stores 16 bytes in global memory, at an address that is a multiple of 16.</summary>
    [IntrinsicImplementation]
    [Ptx("st.global.v4.b32 [%0], {%1, %2, %3, %4};")]
    public static void StoreGlobal(long address, Registers values) => TensorMachine.Current.StoreGlobal(address, values);

    /// <summary>
    /// Stores two neighbouring numbers in global memory, at an address that is a multiple of 8, unless <paramref name="condition"/> is 0.
    /// </summary>
    [IntrinsicImplementation]
    [Ptx("{ .reg .pred p; setp.ne.s32 p, %3, 0; @p st.global.v2.f32 [%0], {%1, %2}; }")]
    public static void StorePair(long address, Float32x2 values, int condition)
    {
        if (condition != 0)
            TensorMachine.Current.StoreGlobal(address, values);
    }

    /// <summary>
    /// Loads two neighbouring numbers from global memory, at an address that is a multiple of 8; zeros if <paramref name="condition"/> is
    /// 0.
    /// </summary>
    // A branch would keep the assembler from having many loads under way.
    [IntrinsicImplementation]
    [Ptx("{ .reg .pred p; setp.ne.s32 p, %3, 0; mov.f32 %0, 0f00000000; mov.f32 %1, 0f00000000; @p ld.global.v2.f32 {%0, %1}, [%2]; }")]
    public static Float32x2 LoadPair(long address, int condition) =>
        condition != 0 ? TensorMachine.Current.LoadGlobal<Float32x2>(address) : default;

    /// <summary>Stores a number in global memory, unless <paramref name="condition"/> is 0.</summary>
    [IntrinsicImplementation]
    [Ptx("{ .reg .pred p; setp.ne.s32 p, %2, 0; @p st.global.f32 [%0], %1; }")]
    public static void Store(long address, float value, int condition)
    {
        if (condition != 0)
            TensorMachine.Current.StoreGlobal(address, value);
    }

    /// <summary>Loads a number from global memory; 0 if <paramref name="condition"/> is 0.</summary>
    [IntrinsicImplementation]
    [Ptx("{ .reg .pred p; setp.ne.s32 p, %2, 0; mov.f32 %0, 0f00000000; @p ld.global.f32 %0, [%1]; }")]
    public static float Load(long address, int condition) =>
        condition != 0 ? TensorMachine.Current.LoadGlobal<float>(address) : 0;
}
