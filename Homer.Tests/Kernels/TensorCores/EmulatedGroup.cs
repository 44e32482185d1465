using System.Runtime.InteropServices;
using Homer.Kernels.MatMul.Mma;
using Homer.Kernels.TensorCores;

namespace Homer.Tests.Kernels.TensorCores;

/// <summary>
/// A group of an NVIDIA GPU, every thread of which runs: tensor instructions as the PTX ISA describes them, with their own errors
/// (addresses that are not aligned, or outside what may be read) and with races: shared memory that is read or overwritten without a
/// barrier in between, or before a copy has arrived.
/// </summary>
internal sealed class EmulatedGroup : IDisposable
{
    // Anything but 0, so that an address that forgets the start is caught.
    internal const uint Start = 4096;
    private const int Lanes = 32;
    private const int WarpgroupThreads = 128;
    private const int ThreadStack = 1 << 18;

    private readonly (long Start, long Bytes)[] readable;
    private readonly CancellationTokenSource failing = new();
    private readonly Lock gate = new();
    private readonly SharedChunk[] chunks;
    private readonly Barrier barrier;
    private readonly EmulatedWarp[] warps;
    private readonly EmulatedWarp[] warpgroups;
    private readonly EmulatedThread[] threads;
    private Exception? failure;

    /// <param name="threadCount">Threads of the group.</param>
    /// <param name="readable">The global memory that kernels may read.</param>
    public EmulatedGroup(int threadCount, params (long Start, long Bytes)[] readable)
        : this(threadCount, TensorInstructions.SharedBytes, readable)
    {
    }

    /// <param name="threadCount">Threads of the group.</param>
    /// <param name="sharedBytes">Bytes of its shared memory.</param>
    /// <param name="readable">The global memory that kernels may read, and write by address.</param>
    public EmulatedGroup(int threadCount, int sharedBytes, params (long Start, long Bytes)[] readable)
    {
        this.readable = readable;
        Shared = new byte[sharedBytes];
        chunks = new SharedChunk[sharedBytes / ProductTiling.Chunk];
        barrier = new(threadCount);
        warps = [.. Enumerable.Range(0, threadCount / Lanes).Select(_ => new EmulatedWarp(Lanes, failing.Token))];
        warpgroups = [.. Enumerable.Range(0, threadCount / WarpgroupThreads)
            .Select(_ => new EmulatedWarp(WarpgroupThreads, failing.Token))];
        threads = [.. Enumerable.Range(0, threadCount)
            .Select(thread => new EmulatedThread(
                this, warps[thread / Lanes], warpgroups[thread / WarpgroupThreads], thread % WarpgroupThreads))];
        // Memory that nothing was written to is no number.
        Array.Fill(Shared, (byte)0xff);
    }

    internal byte[] Shared { get; }

    /// <summary>Runs a kernel, all threads at once, and rethrows what one of them throws.</summary>
    public void Run(Action<int> kernel)
    {
        Thread[] running = [.. threads.Select((thread, index) => new Thread(() => Run(thread, index, kernel), ThreadStack))];
        Array.ForEach(running, thread => thread.Start());
        Array.ForEach(running, thread => thread.Join());
        if (failure is not null)
            throw new InvalidOperationException("A thread of the emulated group failed.", failure);
    }

    public void Dispose()
    {
        Array.ForEach(warps, warp => warp.Dispose());
        Array.ForEach(warpgroups, warpgroup => warpgroup.Dispose());
        barrier.Dispose();
        failing.Dispose();
    }

    internal void Meet() => barrier.SignalAndWait(failing.Token);

    internal void BeginCopy(uint target, long source, int bytes, int epoch)
    {
        Require(target % ProductTiling.Chunk == 0 && source % ProductTiling.Chunk == 0, "a copy is not aligned to 16 bytes");
        Require(bytes is 0 or ProductTiling.Chunk, "a copy has neither 0 nor 16 bytes");
        Require(bytes == 0 || IsReadable(source, ProductTiling.Chunk), "a copy reads what is not there");
        lock (gate)
        {
            ref SharedChunk chunk = ref chunks[ChunkOf(target)];
            Require(!chunk.Arriving && chunk.LastRead < epoch, "a copy overwrites what may still be read");
            chunk.Arriving = true;
        }
    }

    internal void EndCopy(uint target, long source, int bytes, int epoch)
    {
        lock (gate)
        {
            Span<byte> to = Shared.AsSpan((int)(target - Start), ProductTiling.Chunk);
            if (bytes == 0)
                to.Clear();
            else
                Marshal.Copy((nint)source, Shared, (int)(target - Start), bytes);
            chunks[ChunkOf(target)] = chunks[ChunkOf(target)] with { Arriving = false, Written = epoch, Fenced = false };
        }
    }

    /// <summary>Lets wgmma read the bytes that a thread's copies have brought.</summary>
    internal void Fence(uint target)
    {
        lock (gate)
            chunks[ChunkOf(target)].Fenced = true;
    }

    internal unsafe T ReadGlobal<T>(long address)
        where T : unmanaged
    {
        Require(address % sizeof(T) == 0 && IsReadable(address, sizeof(T)),
            "a load is not aligned to its size, or reads what is not there");
        return *(T*)address;
    }

    internal unsafe void WriteGlobal<T>(long address, T values)
        where T : unmanaged
    {
        Require(address % sizeof(T) == 0 && IsReadable(address, sizeof(T)),
            "a store is not aligned to its size, or writes what is not there");
        *(T*)address = values;
    }

    /// <summary>16 bits of a factor of wgmma, which may be read at any time since it began.</summary>
    internal ushort ReadFactor(uint address, int begun, int epoch)
    {
        ref SharedChunk chunk = ref chunks[ChunkOf(address)];
        Require(!chunk.Arriving && chunk.Written < begun && chunk.Fenced,
            "wgmma reads shared memory before a fence and a barrier after its copy");
        chunk.LastRead = epoch;
        return MemoryMarshal.Read<ushort>(Shared.AsSpan((int)(address - Start)));
    }

    internal unsafe void Store<T>(uint address, T values, int epoch)
        where T : unmanaged
    {
        Require(address % sizeof(T) == 0, "a store is not aligned to its size");
        lock (gate)
        {
            ref SharedChunk chunk = ref chunks[ChunkOf(address)];
            Require(!chunk.Arriving && chunk.LastRead < epoch, "a store overwrites what may still be read");
            MemoryMarshal.Write(Shared.AsSpan((int)(address - Start)), values);
            chunk.Written = epoch;
        }
    }

    internal uint Read(uint address, int epoch)
    {
        lock (gate)
        {
            ref SharedChunk chunk = ref chunks[ChunkOf(address)];
            Require(!chunk.Arriving && chunk.Written < epoch, "shared memory is read before a barrier after its copy");
            chunk.LastRead = Math.Max(chunk.LastRead, epoch);
            return MemoryMarshal.Read<uint>(Shared.AsSpan((int)(address - Start)));
        }
    }

    internal static void Require(bool condition, string trouble)
    {
        if (!condition)
            throw new InvalidOperationException(trouble);
    }

    private bool IsReadable(long address, int bytes) =>
        readable.Any(range => address >= range.Start && address + bytes <= range.Start + range.Bytes);

    private int ChunkOf(uint address)
    {
        Require(address >= Start && address < Start + Shared.Length, "an address is outside shared memory");
        return (int)(address - Start) / ProductTiling.Chunk;
    }

    private void Run(EmulatedThread thread, int index, Action<int> kernel)
    {
        try
        {
            TensorMachine.Current = thread;
            kernel(index);
        }
        catch (OperationCanceledException)
        {
            // Another thread has failed.
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref failure, e, null);
            failing.Cancel();
        }
    }

    /// <summary>The accesses to 16 bytes, as numbers of barriers that the thread had passed.</summary>
    private record struct SharedChunk(bool Arriving, int Written, int LastRead, bool Fenced);
}
