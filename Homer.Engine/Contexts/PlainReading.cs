using Homer.Engine.Models;

namespace Homer.Engine.Contexts;

/// <summary>
/// Reads all tokens of an input into one cache, block by block. Most methods choose tokens or positions and then read in this way.
/// </summary>
public static class PlainReading
{
    /// <summary>Reads an input; the context's logits are those after the suffix's last token.</summary>
    /// <param name="request">The model and the settings.</param>
    /// <param name="input">The input to read, which need not be that of the request.</param>
    /// <exception cref="HomerException">A token is unknown to the model, or memory does not suffice.</exception>
    public static KvContext Read(ContextRequest request, ContextInput input)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(input);
        return Read(request, input, input.Length + request.NewTokens, null);
    }

    /// <summary>Reads some of the tokens of the request's input as ordinary text, one directly after another.</summary>
    /// <param name="request">The input, the model and the settings.</param>
    /// <param name="chosen">The indices of the tokens in prefix + document + suffix, ascending.</param>
    /// <returns>The context, which knows the tokens as <see cref="KvContext.Survivors"/>.</returns>
    /// <exception cref="HomerException">Memory does not suffice.</exception>
    internal static KvContext ReadChosen(ContextRequest request, IReadOnlyList<int> chosen)
    {
        int[] all = request.Input.Tokens();
        KvContext context = Read(request, new ContextInput([], [.. chosen.Select(token => all[token])], []));
        context.Survivors = (chosen, [.. Enumerable.Range(0, chosen.Count)]);
        return context;
    }

    /// <summary>Reads an input into a cache of a given capacity, with a policy where the method has one.</summary>
    internal static KvContext Read(ContextRequest request, ContextInput input, int capacity, Func<RopeTable, CachePolicy>? policy)
    {
        TransformerModel model = request.Model;
        int[] ids = input.Tokens();
        var context = KvContext.Create(
            model, request.ResolvedRopeScaling, new int[model.Config.Layers], 0, capacity, request.ResolvedCacheType, policy);
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
