using Homer.Engine.Contexts;

namespace Homer.Engine.Methods.SelfExtend;

/// <summary>
/// SelfExtend (Jin et al. 2024, arXiv 2401.01325): a token attends to the nearest tokens at their exact distance and to farther ones at the
/// distance of groups, so that no distance exceeds the window that the model was trained for, neither in the document nor in new tokens.
/// </summary>
/// <param name="options">The settings.</param>
public sealed class SelfExtendMethod(SelfExtendOptions? options = null) : ContextMethod<SelfExtendOptions>(options ?? new())
{
    /// <inheritdoc/>
    public override string Name => "self-extend";

    /// <inheritdoc/>
    public override string Summary =>
        "SelfExtend: everything in one cache, far tokens at grouped positions; memory grows with the length, time with its square";

    /// <inheritdoc/>
    public override KvContext Read(ContextRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Input.Validate(request.Model);
        request.Model.Config.RequireUsualAttention(Name);
        // Keys are rotated twice, which would apply the temperature of YaRN twice.
        if (request.ResolvedRopeScaling.Magnitude != 1)
            throw new HomerException("self-extend does not go with YaRN, whose scaling it would apply twice; leave one of them out.");
        long length = request.TotalLength;
        if (length > Array.MaxLength)
        {
            throw new HomerException(
                "There would be more positions than Homer can count; read a shorter text or ask for fewer new tokens.");
        }

        ResolvedSelfExtendOptions resolved = Options.Resolve(
            request.Model.Config, request.ResolvedRopeScaling, length, request.Model.Device.BlockLength);
        return PlainReading.Read(
            request, request.Input, (int)length, rope => new GroupedPolicy(request.Model, rope, resolved, request.ResolvedCacheType));
    }
}
