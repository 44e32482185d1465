using System.Globalization;

namespace Homer.Cli.Charts;

/// <summary>An axis, which maps values to positions 0 … 1, with its tick marks.</summary>
internal sealed class ChartAxis
{
    private const int MostTicks = 8;
    private const int FewestTicks = 4;

    private readonly Func<double, double> map;
    private readonly double from;
    private readonly double to;

    private ChartAxis(Func<double, double> map, double from, double to, IReadOnlyList<(double Value, string Label)> ticks)
    {
        this.map = map;
        this.from = map(from);
        this.to = map(to);
        Ticks = ticks;
    }

    /// <summary>The tick marks, in ascending order.</summary>
    public IReadOnlyList<(double Value, string Label)> Ticks { get; }

    /// <summary>A linear axis of shares from 0 to 1, labelled in percent.</summary>
    public static ChartAxis Share { get; } = new(
        value => value, 0, 1,
        [.. new[] { 0, 0.25, 0.5, 0.75, 1 }.Select(share => (share, (100 * share).ToString("0", CultureInfo.InvariantCulture) + " %"))]);

    /// <summary>Creates a logarithmic axis of lengths in tokens, with a tick for each length if there is room.</summary>
    public static ChartAxis Lengths(IEnumerable<int> lengths, Func<int, string> label)
    {
        int[] all = [.. lengths.Distinct().Order()];
        int step = ((all.Length - 1) / MostTicks) + 1;
        // The last length always has a tick; every step-th before it has one, too.
        IEnumerable<int> marked = all.Where((_, i) => (all.Length - 1 - i) % step == 0);
        (double low, double high) = all.Length > 1 ? (all[0], all[^1]) : (all[0] / 2.0, all[0] * 2.0);
        return new(Math.Log, low, high, [.. marked.Select(length => ((double)length, label(length)))]);
    }

    /// <summary>Creates a logarithmic axis of positive values, with ticks at round numbers.</summary>
    /// <param name="values">The values that must lie on the axis.</param>
    /// <param name="label">Formats the value of a tick.</param>
    public static ChartAxis Ratio(IEnumerable<double> values, Func<double, string> label)
    {
        double[] all = [.. values];
        double low = RoundDown(all.Min()), high = all.Max();
        List<double> marked = [low];
        while (marked[^1] < high)
            marked.Add(Next(marked[^1]));
        bool even = marked.Count < FewestTicks && high > low;
        if (even)
            marked = EvenSteps(all.Min(), high);
        (double first, double last) = (marked[0], marked[^1]);
        if (marked.Count > MostTicks)
            marked = [.. marked.Where((value, i) => even ? i % 2 == 0 : IsPowerOfTen(value))];
        return new(Math.Log, first, last > first ? last : Next(first), [.. marked.Select(value => (value, label(value)))]);
    }

    /// <summary>Returns the position of a value: 0 at the beginning of the axis, 1 at its end.</summary>
    public double Position(double value) => Math.Clamp((map(value) - from) / (to - from), 0, 1);

    /// <summary>Returns ticks in equal steps of a round size, for a range too narrow for ticks at 1, 2, 5, 10 ….</summary>
    private static List<double> EvenSteps(double low, double high)
    {
        double step = RoundDown(Math.Max(high - low, high / 100) / (FewestTicks - 1));
        int first = Math.Max(1, (int)Math.Floor(low / step)), last = (int)Math.Ceiling(high / step);
        return [.. Enumerable.Range(first, last - first + 1).Select(i => Math.Round(i * step, 10))];
    }

    private static double RoundDown(double value)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        double digits = value / power;
        return power * (digits >= 5 ? 5 : digits >= 2 ? 2 : 1);
    }

    // The series 1, 2, 5, 10, 20, 50 …; each value is rounded, since errors would add up.
    private static double Next(double round) => double.Parse(
        (round * (IsTwo(round) ? 2.5 : 2)).ToString("g1", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static bool IsTwo(double round) => round.ToString("e0", CultureInfo.InvariantCulture)[0] == '2';

    private static bool IsPowerOfTen(double round) => round.ToString("e0", CultureInfo.InvariantCulture)[0] == '1';
}
