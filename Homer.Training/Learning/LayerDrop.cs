namespace Homer.Training.Learning;

/// <summary>
/// LayerDrop (Fan et al. 2020, arXiv 1909.11556): drops random layers of a micro-batch, half of the time each by itself, half of the time a
/// run of them. The model then learns to find in early layers what can be found there, which lets HOMER prune after few layers.
/// </summary>
internal static class LayerDrop
{
    /// <summary>Draws the layers that are not dropped, ascending.</summary>
    /// <param name="random">The random number generator.</param>
    /// <param name="layers">The number of layers of the model.</param>
    /// <param name="kept">The number of first layers that are never dropped.</param>
    /// <param name="probability">The probability of each other layer to be dropped, if layers are dropped one by one.</param>
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
