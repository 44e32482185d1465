using System.Globalization;

namespace Homer.Cli.Output;

/// <summary>Shows progress as a line every ten seconds, for logs; short work shows none.</summary>
/// <param name="label">The work.</param>
/// <param name="write">Writes a line.</param>
/// <param name="time">Tells the time.</param>
internal sealed class PlainProgress(string label, Action<string> write, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    // Whoever waits for long work wants to know soon how long.
    private static readonly TimeSpan ShortPause = TimeSpan.FromSeconds(4);

    private long last = time.GetTimestamp();

    /// <summary>Reports the share of the work that is done, 0 … 1.</summary>
    public void Report(double share) => Report(share, Pause, "");

    /// <summary>Reports the share of the work that is done, 0 … 1, and its speed in words, every few seconds.</summary>
    public void Report(double share, string speed) => Report(share, ShortPause, $", {speed}");

    private void Report(double share, TimeSpan pause, string speed)
    {
        if (time.GetElapsedTime(last) < pause)
            return;
        last = time.GetTimestamp();
        write(string.Create(CultureInfo.InvariantCulture, $"{label}: {Math.Floor(100 * Math.Clamp(share, 0, 1)):0} %{speed}"));
    }
}
