namespace Homer.Cli.Charts;

/// <summary>
/// The look of a series: its colour, the dashes of its line, and the shape of its markers. No two series of a chart look alike, also not
/// where colours cannot be seen.
/// </summary>
/// <param name="Index">The index of the series, 0 for the first.</param>
internal readonly record struct SeriesStyle(int Index)
{
    // The colours are in chart.css.
    private const int Colors = 8;

    // Lengths of dashes and gaps; the first lines are solid.
    private static readonly string?[] Patterns = [null, "7 4", "2 4", "9 3 2 3", "13 4", "9 3 2 3 2 3", "4 7", "13 4 4 4"];

    private static readonly int Shapes = Enum.GetValues<MarkerShape>().Length;

    /// <summary>The class that gives an element the colour.</summary>
    public string ColorClass => $"s{Index % Colors}";

    /// <summary>The shape of the markers.</summary>
    public MarkerShape Shape => (MarkerShape)(Index % Shapes);

    /// <summary>The dashes and gaps of the line (stroke-dasharray); null for a solid one.</summary>
    public string? Dashes => Patterns[Index / Shapes % Patterns.Length];

    /// <summary>True if the markers are outlines: for series beyond those that shapes and dashes tell apart.</summary>
    public bool IsHollow => Index / (Shapes * Patterns.Length) % 2 == 1;
}

/// <summary>The shape of a marker.</summary>
internal enum MarkerShape
{
    /// <summary>A circle.</summary>
    Circle,

    /// <summary>A square.</summary>
    Square,

    /// <summary>A triangle.</summary>
    Triangle,

    /// <summary>A diamond.</summary>
    Diamond,
}
