using Homer.Engine.Models;

namespace Homer.Engine.Contexts;

/// <summary>
/// A plain context that is read over and over, each time with some text that begins like the last one: what both have in common is not read
/// again. It is allocated for twice as many tokens as needed, up to the model's window, and anew when that is outgrown.
/// </summary>
/// <param name="model">The model; not owned.</param>
internal sealed class GrowingContext(TransformerModel model) : IDisposable
{
    private List<int> tokens = [];
    private KvContext? context;

    /// <summary>Reads a text; the context's logits are those after its last token.</summary>
    /// <param name="text">The tokens, at least one.</param>
    /// <param name="newTokens">The number of tokens that there must be room for beyond the text.</param>
    /// <param name="progress">Receives the share of the reading that is done, 0 … 1.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <returns>The context; not the caller's to free.</returns>
    public KvContext Read(int[] text, int newTokens, Action<double>? progress, CancellationToken cancellation)
    {
        int needed = text.Length + newTokens;
        if (context is null || context.Length + context.Room < needed)
        {
            Dispose();
            context = KvContext.Create(model, model.Config.RopeScaling, Math.Max(needed, Math.Min(2 * needed, model.Config.Window)));
        }

        // The last token is always read, for its logits.
        int common = tokens.Zip(text).TakeWhile(pair => pair.First == pair.Second).Take(Math.Min(context.Length, text.Length - 1)).Count();
        context.Truncate(context.Length - common, common);
        try
        {
            context.Append(
                text.AsSpan(common), read => progress?.Invoke((double)read / (text.Length - common)), cancellation: cancellation);
        }
        catch
        {
            Dispose();
            throw;
        }

        tokens = [.. text];
        return context;
    }

    /// <summary>Notes the tokens that were appended to the context since it was read; tokens that it did not take are ignored.</summary>
    public void Appended(IEnumerable<int> more) => tokens.AddRange(more);

    /// <inheritdoc/>
    public void Dispose()
    {
        context?.Dispose();
        context = null;
        tokens = [];
    }
}
