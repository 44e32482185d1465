using Homer.Engine.Contexts;
using Homer.Engine.Models;

namespace Homer.Engine.Methods.Plain;

/// <summary>The whole input in one cache, as the model would read any text; beyond its window the model is out of its depth.</summary>
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
        return ReadAll(request, request.Input);
    }

    internal static KvContext ReadAll(ContextRequest request, ContextInput input) => ReadAll(request, input, input.Length + request.NewTokens, null);

    /// <summary>The same with a cache of another capacity, and a policy about it.</summary>
    internal static KvContext ReadAll(ContextRequest request, ContextInput input, int capacity, Func<RopeTable, CachePolicy>? policy)
    {
        TransformerModel model = request.Model;
        int[] ids = input.Tokens();
        KvContext context = KvContext.Create(model, request.RopeScaling, new int[model.Config.Layers], 0, capacity, request.CacheType, policy);
        try
        {
            context.Append(ids, read => request.Progress?.Invoke((double)read / ids.Length), cancellation: request.Cancellation);
            return context;
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }
}
