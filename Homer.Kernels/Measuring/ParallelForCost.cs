namespace Homer.Kernels.Measuring;

/// <summary>
/// What <see cref="Parallel.For(int, int, Action{int})"/> costs over as many empty items as there are cores: what a .NET program pays that
/// shares work out without ILGPU.
/// </summary>
public static class ParallelForCost
{
    private const int Calls = 1000;

    /// <summary>Measures it.</summary>
    /// <param name="cancellation">Stops between repetitions.</param>
    /// <returns>Seconds; the median.</returns>
    public static double Measure(CancellationToken cancellation = default) => Repetitions.Measure(
        () => Parallel.For(0, Environment.ProcessorCount, static _ => { }), Calls, warmups: Calls, cancellation: cancellation).Median;
}
