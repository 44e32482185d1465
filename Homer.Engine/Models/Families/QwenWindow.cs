namespace Homer.Engine.Models.Families;

/// <summary>
/// Qwen's sliding window: it counts only with use_sliding_window, and then in the layers from max_window_layers on. Files carry the
/// other two keys in any case.
/// </summary>
internal static class QwenWindow
{
    private const int ClassWindow = 4096;
    private const int ClassMaxLayers = 28;

    /// <summary>Sets the windows of layers.</summary>
    public static ModelConfig WithQwenWindow(this ModelConfig config, ConfigReader json)
    {
        bool isUsed = json.Flag("use_sliding_window");
        int? window = json.OptionalSize("sliding_window", ClassWindow);
        int firstLayer = json.Count("max_window_layers", ClassMaxLayers);
        return config.With(json, isUsed ? window : null, layer => layer >= firstLayer);
    }
}
