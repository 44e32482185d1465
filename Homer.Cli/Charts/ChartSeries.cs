namespace Homer.Cli.Charts;

/// <summary>A line of a chart.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Color">Its place in the order of colours and marks, the same in every chart of a page.</param>
/// <param name="Points">Its points, from left to right.</param>
internal sealed record ChartSeries(string Name, int Color, IReadOnlyList<ChartPoint> Points);

/// <summary>A point with the range that it plausibly lies in.</summary>
internal sealed record ChartPoint(double X, double Y, string Label, double? Low = null, double? High = null);
