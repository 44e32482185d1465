using System.Diagnostics;
using System.Text;
using CsCheck;

namespace Homer.Tests.Support;

/// <summary>Asserts that a file with a fault either loads, or is refused in one sentence that names it.</summary>
internal static class HostileFile
{
    /// <summary>Checks a file of JSON as it is, which must load, and with random faults.</summary>
    /// <param name="file">The name of the file.</param>
    /// <param name="valid">Its content.</param>
    /// <param name="load">Reads it from the folder; the other files that it needs are made here.</param>
    /// <param name="iterations">The number of faults.</param>
    public static void Check(string file, string valid, Action<string> load, int iterations)
    {
        using var folder = new TemporaryFolder();
        Assert.Null(Refusal(folder, file, new(valid, null, "as it is"), load));
        JsonMutation.Of(valid).Sample(mutation => { Refusal(folder, file, mutation, load); }, iter: iterations, threads: 1);
    }

    /// <summary>Checks files that are enormous, in bounded time and memory.</summary>
    public static void CheckLarge(string file, string valid, Action<string> load)
    {
        using var folder = new TemporaryFolder();
        foreach (JsonMutation mutation in JsonMutation.Large(valid))
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            var clock = Stopwatch.StartNew();
            Refusal(folder, file, mutation, load);
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), mutation.What);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 2_000_000_000, mutation.What);
        }
    }

    /// <summary>Returns the message with which a mutation is refused; null where it loads. Any other failure fails the test.</summary>
    public static string? Refusal(TemporaryFolder folder, string file, JsonMutation mutation, Action<string> load)
    {
        folder.With(file, Encoding.UTF8.GetBytes(mutation.Text));
        try
        {
            load(folder.Path);
            return null;
        }
        catch (HomerException e)
        {
            Assert.Contains(file, e.Message, StringComparison.Ordinal);
            Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(e.Message, char.IsControl);
            Assert.InRange(e.Message.Length, 1, 900);
            return e.Message;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.GetType().Name} with {mutation}", e);
        }
    }
}
