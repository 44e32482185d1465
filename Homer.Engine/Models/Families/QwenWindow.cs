namespace Homer.Engine.Models.Families;

/// <summary>
/// Qwen's sliding window: it counts only with use_sliding_window, and then in the layers from max_window_layers on. Files carry the
/// other two keys in any case.
/// </summary>
internal static class QwenWindow
{
    private const int ClassWindow = 4096;
    private const int ClassMaxLayers = 28;

    /// <summary>Refuses a window that shortens what a layer sees.</summary>
    /// <exception cref="HomerException">There is one.</exception>
    public static void Refuse(ConfigReader json, ModelConfig config)
    {
        bool isUsed = json.Flag("use_sliding_window");
        int? window = json.OptionalSize("sliding_window", ClassWindow);
        int firstLayer = json.Count("max_window_layers", ClassMaxLayers);
        DenseDecoder.RefuseSlidingWindow(json, isUsed && firstLayer < config.Layers ? window : null, config);
    }
}
