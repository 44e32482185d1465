using Homer.Kernels.Tensors;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.TensorCores;

/// <summary>The instructions of sm_90a by which 128 threads, a warpgroup, multiply together; otherwise as <see cref="TensorInstructions"/>.</summary>
internal static class WarpgroupInstructions
{
    /// <summary>The name of the shared memory in PTX, which <see cref="Devices.WarpgroupKernel{T}"/> declares.</summary>
    public const string SharedName = "stages";

    /// <summary>The address of the shared memory that the launch asks for, a multiple of 1024.</summary>
    [IntrinsicImplementation]
    [Ptx($"mov.u32 %0, {SharedName};")]
    public static uint SharedMemory() => TensorMachine.Current.SharedMemory();

    /// <summary>Waits until all of the calling thread's batches of copies but the last two have arrived.</summary>
    [IntrinsicImplementation]
    [Ptx("cp.async.wait_group 2;")]
    public static void WaitForAllButTwoBatches() => TensorMachine.Current.WaitForCopies(2);

    /// <summary>Waits until all of them but the last six have arrived.</summary>
    [IntrinsicImplementation]
    [Ptx("cp.async.wait_group 6;")]
    public static void WaitForAllButSixBatches() => TensorMachine.Current.WaitForCopies(6);

    /// <summary>Shows wgmma, which reads shared memory by another way, what the calling thread has written there.</summary>
    [IntrinsicImplementation]
    [Ptx("fence.proxy.async.shared::cta;")]
    public static void FenceCopies() => TensorMachine.Current.FenceCopies();

    /// <summary>
    /// Begins sums + a·bᵀ for 64 of the depth: 64 rows of a and 256 of b, as <see cref="WarpgroupTiling.Descriptor"/> tells where they are; by all threads of a warpgroup, each of which gets
    /// its share. Nothing may be done with the sums until <see cref="Finish(WarpgroupSums)"/>.
    /// </summary>
    [IntrinsicImplementation]
    [WarpgroupPtx("bf16", 256)]
    public static WarpgroupSums BeginBFloat16(WarpgroupSums sums, long a, long b) => TensorMachine.Current.MultiplyAdd(sums, a, b, TensorInstructions.DecodeBFloat16);

    /// <inheritdoc cref="BeginBFloat16(WarpgroupSums, long, long)"/>
    [IntrinsicImplementation]
    [WarpgroupPtx("f16", 256)]
    public static WarpgroupSums BeginFloat16(WarpgroupSums sums, long a, long b) => TensorMachine.Current.MultiplyAdd(sums, a, b, TensorInstructions.Decode16);

    /// <summary>The same for 64 rows of b.</summary>
    [IntrinsicImplementation]
    [WarpgroupPtx("bf16", 64)]
    public static SumRow BeginBFloat16(SumRow sums, long a, long b) => TensorMachine.Current.MultiplyAdd(sums, a, b, TensorInstructions.DecodeBFloat16);

    /// <inheritdoc cref="BeginBFloat16(SumRow, long, long)"/>
    [IntrinsicImplementation]
    [WarpgroupPtx("f16", 64)]
    public static SumRow BeginFloat16(SumRow sums, long a, long b) => TensorMachine.Current.MultiplyAdd(sums, a, b, TensorInstructions.Decode16);

    /// <summary>Waits for the sums.</summary>
    [IntrinsicImplementation]
    [WarpgroupWaitPtx(256)]
    public static WarpgroupSums Finish(WarpgroupSums sums) => sums;

    /// <inheritdoc cref="Finish(WarpgroupSums)"/>
    [IntrinsicImplementation]
    [WarpgroupWaitPtx(64)]
    public static SumRow Finish(SumRow sums) => sums;

    /// <summary>Stores 16 bytes in global memory, at an address that is a multiple of 16.</summary>
    [IntrinsicImplementation]
    [Ptx("st.global.v4.b32 [%0], {%1, %2, %3, %4};")]
    public static void StoreGlobal(long address, Registers values) => TensorMachine.Current.StoreGlobal(address, values);

    /// <summary>Stores two neighbouring numbers in global memory, at an address that is a multiple of 8, unless <paramref name="condition"/> is 0.</summary>
    [IntrinsicImplementation]
    [Ptx("{ .reg .pred p; setp.ne.s32 p, %3, 0; @p st.global.v2.f32 [%0], {%1, %2}; }")]
    public static void StorePair(long address, Pair values, int condition)
    {
        if (condition != 0)
            TensorMachine.Current.StoreGlobal(address, values);
    }

    /// <summary>Two neighbouring numbers from global memory, at an address that is a multiple of 8; zeros if <paramref name="condition"/> is 0.</summary>
    // A branch would keep the assembler from having many loads under way.
    [IntrinsicImplementation]
    [Ptx("{ .reg .pred p; setp.ne.s32 p, %3, 0; mov.f32 %0, 0f00000000; mov.f32 %1, 0f00000000; @p ld.global.v2.f32 {%0, %1}, [%2]; }")]
    public static Pair LoadPair(long address, int condition) => condition != 0 ? TensorMachine.Current.LoadGlobal<Pair>(address) : default;

    /// <summary>Stores a number in global memory, unless <paramref name="condition"/> is 0.</summary>
    [IntrinsicImplementation]
    [Ptx("{ .reg .pred p; setp.ne.s32 p, %2, 0; @p st.global.f32 [%0], %1; }")]
    public static void Store(long address, float value, int condition)
    {
        if (condition != 0)
            TensorMachine.Current.StoreGlobal(address, value);
    }

    /// <summary>A number from global memory; 0 if <paramref name="condition"/> is 0.</summary>
    [IntrinsicImplementation]
    [Ptx("{ .reg .pred p; setp.ne.s32 p, %2, 0; mov.f32 %0, 0f00000000; @p ld.global.f32 %0, [%1]; }")]
    public static float Load(long address, int condition) => condition != 0 ? TensorMachine.Current.LoadGlobal<float>(address) : 0;
}
