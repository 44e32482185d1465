namespace Homer.Cli.Charts;

/// <summary>A line of a chart.</summary>
/// <param name="Name">The name.</param>
/// <param name="Style">Its look, the same in every chart of a page.</param>
/// <param name="Points">The points, from left to right.</param>
internal sealed record ChartSeries(string Name, SeriesStyle Style, IReadOnlyList<ChartPoint> Points);

/// <summary>A point of a line, with the confidence interval of its value where there is one.</summary>
internal sealed record ChartPoint(double X, double Y, string Label, double? Low = null, double? High = null);
