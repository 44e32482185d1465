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
        (int start, int end) = Ends(request);
        return PlainReading.Read(request, request.Input with { Document = [.. document.Take(start), .. document.TakeLast(end)] });
    }

    /// <inheritdoc/>
    public IReadOnlyList<Range> PassedOver(ContextRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        int count = request.Input.Document.Count;
        (int start, int end) = Ends(request);
        return start + end < count ? [new Range(start, count - end)] : [];
    }

    /// <summary>Returns the numbers of tokens that are read of the document's start and of its end.</summary>
    private static (int Start, int End) Ends(ContextRequest request)
    {
        int kept = Math.Min(TruncationMethod.Room(request), request.Input.Document.Count), start = (kept + 1) / 2;
        return (start, kept - start);
    }
}
