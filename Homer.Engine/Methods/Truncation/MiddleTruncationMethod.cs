using Homer.Engine.Contexts;

namespace Homer.Engine.Methods.Truncation;

/// <summary>
/// Reads only both ends of the document, each as long as half of what the window holds, as the LongBench benchmark does with documents that
/// are too long (Bai et al. 2023, arXiv 2308.14508).
/// </summary>
public sealed class MiddleTruncationMethod : IContextMethod
{
    /// <inheritdoc/>
    public string Name => "truncate-middle";

    /// <inheritdoc/>
    public string Summary => "both ends of the document without its middle, up to the model's window; memory is constant";

    /// <inheritdoc/>
    public KvContext Read(ContextRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        IReadOnlyList<int> document = request.Input.Document;
        int kept = Math.Min(TruncationMethod.Room(request), document.Count), start = (kept + 1) / 2;
        return PlainReading.Read(request, request.Input with { Document = [.. document.Take(start), .. document.TakeLast(kept - start)] });
    }
}
