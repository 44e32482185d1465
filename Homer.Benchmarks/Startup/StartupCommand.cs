using System.Diagnostics;
using System.Globalization;
using Homer.Kernels.Measuring;

namespace Homer.Benchmarks.Startup;

/// <summary>
/// The command <c>startup [HOMER]</c>: measures the time from the start of <c>homer generate</c> on homer-mini to its first character,
/// beside a program that only opens the same accelerator. Both are started alternately, so that disturbances affect both.
/// </summary>
internal static class StartupCommand
{
    private const int Repeats = 15;

    public static int Run(string[] arguments)
    {
        string root = Root();
        string homer = arguments is [string path, ..] ? path : Path.Combine(root, "Homer.Cli", "bin", "Release", "net10.0", "homer");
        if (!File.Exists(homer))
        {
            Console.Error.WriteLine($"There is no {homer}; build it with dotnet build -c Release Homer.Cli, or name another.");
            return 1;
        }

        string model = Path.Combine(root, "models", "homer-mini");
        string[] generate = ["generate", "--model", model, "--prompt", "The pass key", "--max-tokens", "4", "--device", "cpu"];
        List<double> empty = [], first = [];
        for (int i = 0; i <= Repeats; i++)
        {
            double opened = SecondsToFirstByte(Environment.ProcessPath!, EmptyProgram.Argument);
            double written = SecondsToFirstByte(homer, generate);
            // The first run reads the files from the disk.
            if (i == 0)
                continue;
            empty.Add(opened);
            first.Add(written);
        }

        Repetitions floor = new(empty), measured = new(first);
        Print("empty program, accelerator opened", floor);
        Print("homer generate, first character", measured);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"ratio of the medians {measured.Median / floor.Median:0.00}, of the shortest {measured.Shortest / floor.Shortest:0.00}"));
        return 0;
    }

    private static double SecondsToFirstByte(string program, params string[] arguments)
    {
        long start = Stopwatch.GetTimestamp();
        var info = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(info)!;
        int first = process.StandardOutput.BaseStream.ReadByte();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return first >= 0 && process.ExitCode == 0 ? seconds : throw new InvalidOperationException($"{program} failed: {error}");
    }

    private static void Print(string name, Repetitions times) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-34} median {times.Median * 1e3,6:0} ms, shortest {times.Shortest * 1e3,6:0} ms, "
        + $"deviation {times.Deviation * 1e3,5:0} ms, {times.Count} starts"));

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Homer.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The benchmarks do not run inside a checkout.");
    }
}
