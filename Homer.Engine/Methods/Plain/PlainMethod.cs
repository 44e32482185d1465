using Homer.Engine.Contexts;

namespace Homer.Engine.Methods.Plain;

/// <summary>Reads the whole input into one cache, as the model would read any text; beyond the model's window quality degrades.</summary>
public sealed class PlainMethod : IContextMethod
{
    /// <inheritdoc/>
    public string Name => "plain";

    /// <inheritdoc/>
    public string Summary => "everything in one cache; memory grows with the length, time with its square";

    /// <inheritdoc/>
    public KvContext Read(ContextRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Input.Validate(request.Model);
        return PlainReading.Read(request, request.Input);
    }
}
