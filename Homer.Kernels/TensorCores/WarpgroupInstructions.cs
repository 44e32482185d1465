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

    /// <summary>Shows wgmma, which reads shared memory by another way, what the calling thread has written there.</summary>
    [IntrinsicImplementation]
    [Ptx("fence.proxy.async.shared::cta;")]
    public static void FenceCopies() => TensorMachine.Current.FenceCopies();

    /// <summary>
    /// Begins sums + x·wᵀ for 64 of the depth: 64 rows of x and 256 of w, as <see cref="WarpgroupTiling.Descriptor"/> tells where they are; by all threads of a warpgroup, each of which gets
    /// its share. Nothing may be done with the sums until <see cref="Finish"/>.
    /// </summary>
    [IntrinsicImplementation]
    [WarpgroupPtx("bf16")]
    public static WarpgroupSums BeginBFloat16(WarpgroupSums sums, long x, long w) => TensorMachine.Current.MultiplyAdd(sums, x, w, TensorInstructions.DecodeBFloat16);

    /// <inheritdoc cref="BeginBFloat16"/>
    [IntrinsicImplementation]
    [WarpgroupPtx("f16")]
    public static WarpgroupSums BeginFloat16(WarpgroupSums sums, long x, long w) => TensorMachine.Current.MultiplyAdd(sums, x, w, TensorInstructions.Decode16);

    /// <summary>Waits for the sums.</summary>
    [IntrinsicImplementation]
    [WarpgroupWaitPtx]
    public static WarpgroupSums Finish(WarpgroupSums sums) => sums;

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
}
