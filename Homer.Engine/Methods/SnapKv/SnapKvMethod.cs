using Homer.Engine.Contexts;

namespace Homer.Engine.Methods.SnapKv;

/// <summary>
/// SnapKV (Li et al. 2024, arXiv 2404.14469): the whole input is read. Then each KV head of each layer keeps the tokens that the last
/// tokens of the input attend to most, by votes pooled over neighbors, and those last tokens. New tokens are kept.
/// </summary>
/// <remarks>The input is read layer by layer, so that the keys and values of all tokens are held for one layer at a time.</remarks>
/// <param name="options">The settings.</param>
public sealed class SnapKvMethod(SnapKvOptions? options = null) : ContextMethod<SnapKvOptions>(options ?? new())
{
    /// <inheritdoc/>
    public override string Name => "snapkv";

    /// <inheritdoc/>
    public override string Summary =>
        "SnapKV: everything is read, each head keeps what the end attends to; memory for one layer at a time grows with the length, "
        + "time with its square";

    /// <inheritdoc/>
    public override KvContext Read(ContextRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Input.Validate(request.Model);
        request.Model.Config.RequireUsualAttention(Name);
        ResolvedSnapKvOptions resolved = Options.Resolve(request.Model.Config, request.ResolvedRopeScaling);
        if (request.Input.Length <= resolved.Budget)
            return PlainReading.Read(request, request.Input);
        using var run = new SnapKvRun(request, resolved);
        return run.Run();
    }
}
