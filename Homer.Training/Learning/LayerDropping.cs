namespace Homer.Training.Learning;

/// <summary>
/// Leaves layers out by chance (after Fan et al. 2020, arXiv 1909.11556): half of the time each by itself, half of the time a run of them. What can be
/// found early is then found early, which is what lets HOMER prune after few layers.
/// </summary>
internal static class LayerDropping
{
    /// <summary>Draws the layers that are left.</summary>
    /// <param name="random">The chance.</param>
    /// <param name="layers">Layers of the model.</param>
    /// <param name="kept">The first ones, which always stay.</param>
    /// <param name="probability">How probably each is dropped by itself.</param>
    public static IReadOnlyList<int> Draw(Random random, int layers, int kept, double probability)
    {
        int droppable = layers - kept;
        if (droppable < 2)
            return [.. Enumerable.Range(0, layers)];
        if (random.Next(2) == 0)
            return [.. Enumerable.Range(0, layers).Where(layer => layer < kept || random.NextDouble() >= probability)];
        int run = random.Next(droppable), from = kept + random.Next(droppable - run + 1);
        return [.. Enumerable.Range(0, layers).Where(layer => layer < from || layer >= from + run)];
    }
}
