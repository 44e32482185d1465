using Homer.Engine.Models;

namespace Homer.Engine.Contexts;

/// <summary>
/// A context of all tokens of a text, for texts that begin like the one before: the common beginning is not read again. It has room for
/// twice the tokens that are needed, up to the model's window, and is allocated anew when a text outgrows it.
/// </summary>
/// <param name="model">The model; not owned.</param>
internal sealed class GrowingContext(TransformerModel model) : IDisposable
{
    private List<int> tokens = [];
    private KvContext? context;

    /// <summary>Reads a text; the context's logits are those after its last token.</summary>
    /// <param name="text">The tokens, at least one.</param>
    /// <param name="newTokens">The number of tokens that the context must have room for beyond the text.</param>
    /// <param name="progress">Receives the share of the reading that is done, 0 … 1.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <returns>The context, which this object owns.</returns>
    public KvContext Read(int[] text, int newTokens, Action<double>? progress, CancellationToken cancellation)
    {
        int needed = text.Length + newTokens;
        if (context is null || context.Length + context.Room < needed || !context.SuitsLength(text.Length))
        {
            Dispose();
            context = KvContext.Create(model, model.Config.RopeScaling, Math.Max(needed, Math.Min(2 * needed, model.Config.Window)));
        }

        // The last token is always read, for its logits.
        int most = Math.Min(context.Length, text.Length - 1);
        int common = tokens.Zip(text).TakeWhile(pair => pair.First == pair.Second).Take(most).Count();
        context.Truncate(context.Length - common, common);
        try
        {
            double unread = text.Length - common;
            context.Append(text.AsSpan(common), read => progress?.Invoke(read / unread), cancellation: cancellation);
        }
        catch
        {
            Dispose();
            throw;
        }

        tokens = [.. text];
        return context;
    }

    /// <summary>
    /// Records the tokens that were appended to the context since it was read; any that the context does not hold are ignored.
    /// </summary>
    public void Appended(IEnumerable<int> more) => tokens.AddRange(more);

    /// <inheritdoc/>
    public void Dispose()
    {
        context?.Dispose();
        context = null;
        tokens = [];
    }
}
