using System.Diagnostics;

namespace Homer.Kernels.Devices;

/// <summary>
/// A sequence number that one thread sets and others wait for. Waiting threads spin at first, since waking a thread takes longer than most
/// waits, and sleep when it lasts.
/// </summary>
internal sealed class SpinningSignal
{
    // Somewhat longer than the host needs between two tokens.
    private static readonly long Patience = Stopwatch.Frequency * 200 / 1_000_000;

    private readonly object gate = new();
    private int value;
    private int sleepers;

    /// <summary>Sets the number and wakes sleeping threads.</summary>
    public void Set(int number)
    {
        // With a full fence: either this thread sees the sleeper or that one sees the number.
        Interlocked.Exchange(ref value, number);
        if (Volatile.Read(ref sleepers) == 0)
            return;
        lock (gate)
            Monitor.PulseAll(gate);
    }

    /// <summary>Blocks until this number is set.</summary>
    public void WaitFor(int number)
    {
        long start = Stopwatch.GetTimestamp();
        var spin = new SpinWait();
        while (Volatile.Read(ref value) != number)
        {
            spin.SpinOnce(sleep1Threshold: -1);
            if (Stopwatch.GetTimestamp() - start > Patience)
            {
                Sleep(number);
                return;
            }
        }
    }

    private void Sleep(int number)
    {
        lock (gate)
        {
            Interlocked.Increment(ref sleepers);
            while (Volatile.Read(ref value) != number)
                Monitor.Wait(gate);
            Interlocked.Decrement(ref sleepers);
        }
    }
}
