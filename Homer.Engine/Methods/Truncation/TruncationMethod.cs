using Homer.Engine.Contexts;

namespace Homer.Engine.Methods.Truncation;

/// <summary>Reads only the end of the document: as much as the window holds beside prefix, suffix and new tokens.</summary>
public sealed class TruncationMethod : IContextMethod
{
    /// <inheritdoc/>
    public string Name => "truncate";

    /// <inheritdoc/>
    public string Summary => "only the end of the document, up to the model's window; memory is constant";

    /// <inheritdoc/>
    public KvContext Read(ContextRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ContextInput input = request.Input;
        int room = Room(request);
        return PlainReading.Read(request, input with { Document = [.. input.Document.TakeLast(room)] });
    }

    /// <inheritdoc/>
    public IReadOnlyList<Range> PassedOver(ContextRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        int cut = request.Input.Document.Count - Room(request);
        return cut > 0 ? [new Range(0, cut)] : [];
    }

    /// <summary>Returns the number of document tokens that fit into the window, and validates the request.</summary>
    internal static int Room(ContextRequest request)
    {
        ContextInput input = request.Input;
        input.Validate(request.Model);
        double window = request.Model.Config.ScaledWindow(request.ResolvedRopeScaling);
        int room = (int)window - input.Prefix.Count - input.Suffix.Count - request.NewTokens;
        return room >= 0
            ? room
            : throw new HomerException(
                $"Prefix, suffix and {request.NewTokens} new tokens do not fit into the model's window of {window} tokens; "
                + "shorten the question or ask for fewer tokens.");
    }
}
