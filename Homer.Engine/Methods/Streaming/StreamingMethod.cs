using Homer.Engine.Contexts;

namespace Homer.Engine.Methods.Streaming;

/// <summary>
/// StreamingLLM (Xiao et al. 2023, arXiv 2309.17453): the cache holds the first tokens, which serve as attention sinks, and the last ones,
/// at positions inside the cache. The tokens between them are evicted, also for new tokens.
/// </summary>
/// <remarks>
/// Documents are read in blocks, so that a token attends to between <c>window − block</c> and <c>window</c> tokens before it.
/// </remarks>
/// <param name="options">The settings.</param>
public sealed class StreamingMethod(StreamingOptions? options = null) : ContextMethod<StreamingOptions>(options ?? new())
{
    /// <inheritdoc/>
    public override string Name => "streaming";

    /// <inheritdoc/>
    public override string Summary =>
        "StreamingLLM: the first few tokens and the last ones, at positions inside the cache; memory is constant";

    /// <inheritdoc/>
    public override KvContext Read(ContextRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Input.Validate(request.Model);
        request.Model.Config.RequireUsualAttention(Name);
        ResolvedStreamingOptions resolved = Options.Resolve(request.Model.Config, request.ResolvedRopeScaling);
        return PlainReading.Read(
            request, request.Input, resolved.Limit, rope => new SinkPolicy(request.Model, rope, resolved, request.ResolvedCacheType));
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Every token passes through the cache; those between the sinks and the last ones have left it when the question comes.
    /// </remarks>
    public override IReadOnlyList<Range> PassedOver(ContextRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ContextInput input = request.Input;
        ResolvedStreamingOptions resolved = Options.Resolve(request.Model.Config, request.ResolvedRopeScaling);
        int prefix = input.Prefix.Count, document = input.Document.Count;
        int first = Math.Clamp(resolved.Sinks - prefix, 0, document);
        int end = Math.Clamp(input.Length - resolved.Window - prefix, first, document);
        return end > first ? [new Range(first, end)] : [];
    }
}
