namespace Homer.Kernels.Measuring;

/// <summary>
/// The cost of <see cref="Parallel.For(int, int, Action{int})"/> over as many empty items as there are cores: the price at which a .NET
/// program distributes work without ILGPU.
/// </summary>
public static class ParallelForCost
{
    private const int Calls = 1000;

    /// <summary>Measures the cost of one call.</summary>
    /// <param name="cancellation">Stops between repetitions.</param>
    /// <returns>Seconds; the median.</returns>
    public static double Measure(CancellationToken cancellation = default) => Repetitions.Measure(
        () => Parallel.For(0, Environment.ProcessorCount, static _ => { }), Calls, warmups: Calls, cancellation: cancellation).Median;
}
