using Homer.Engine.Contexts;

namespace Homer.Engine.Methods.Plain;

/// <summary>Full attention: the whole input in one cache. Beyond the model's window quality degrades.</summary>
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
