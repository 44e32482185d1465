namespace Homer.Engine.Models.Families;

/// <summary>The layers of a family that see a sliding window only.</summary>
internal static class LayerWindows
{
    /// <summary>The type of a layer that sees everything, in layer_types.</summary>
    public const string Full = "full_attention";

    /// <summary>The type of a layer that sees a window, in layer_types.</summary>
    public const string Sliding = "sliding_attention";

    /// <summary>Sets the windows of layers: as layer_types says, or else as the family's class decides.</summary>
    /// <param name="config">The model.</param>
    /// <param name="json">The settings.</param>
    /// <param name="window">The window in tokens; null for none.</param>
    /// <param name="byDefault">Whether a layer has the window where the file has no layer_types.</param>
    /// <exception cref="HomerException">layer_types are not one a layer, or name windows without a length.</exception>
    public static ModelConfig With(this ModelConfig config, ConfigReader json, int? window, Func<int, bool> byDefault)
    {
        IReadOnlyList<string> types = json.Strings("layer_types");
        json.Require(types.Count == 0 || types.Count == config.Layers, $"layer_types has {types.Count} entries for {config.Layers} layers");
        json.Require(
            window is not null || !types.Contains(Sliding),
            "its layer_types name layers with a sliding window, and no setting says how long it is (sliding_window)");
        HashSet<int> windowed = [.. Enumerable.Range(0, config.Layers).Where(IsWindowed)];
        return config with { WindowedLayers = windowed, SlidingWindow = windowed.Count > 0 ? window : null };

        bool IsWindowed(int layer) => types.Count > 0 ? types[layer] == Sliding : window is not null && byDefault(layer);
    }
}
