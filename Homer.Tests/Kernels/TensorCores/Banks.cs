namespace Homer.Tests.Kernels.TensorCores;

/// <summary>Shared memory serves 128 bytes at a time, from 32 banks of 4: half a warp's 8 bytes each, a quarter's 16.</summary>
internal static class Banks
{
    private const int Count = 32;

    public static void AssertNoConflicts(int threads, int bytes, Func<int, int> address)
    {
        IEnumerable<int> banks = Enumerable.Range(0, threads)
            .SelectMany(i => Enumerable.Range(0, bytes / 4).Select(word => ((address(i) / 4) + word) % Count));
        Assert.Equal(Enumerable.Range(0, Count), banks.Order());
    }
}
