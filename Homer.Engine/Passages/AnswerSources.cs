using System.Numerics.Tensors;
using Homer.Engine.Contexts;
using Homer.Engine.Models;

namespace Homer.Engine.Passages;

/// <summary>
/// Finds the tokens of a document that an answer rests on: those that the answer's tokens attend to when they run once more behind the
/// cache of what was read.
/// </summary>
public static class AnswerSources
{
    // The first words of an answer say where it comes from.
    private const int MostTokens = 128;

    /// <summary>Returns the attention that the document's tokens get from an answer.</summary>
    /// <param name="method">The method that read the document.</param>
    /// <param name="request">The request that it read.</param>
    /// <param name="context">The context, from which the answer was continued.</param>
    /// <param name="answer">The tokens of the answer, of which the context holds all, or all but the last.</param>
    /// <returns>
    /// For each token of the document its share of the attention; null where the cache does not say which tokens it holds.
    /// </returns>
    public static float[]? Scores(
        IContextMethod method, ContextRequest request, KvContext context, IReadOnlyList<int> answer)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(answer);
        ContextInput input = request.Input;
        IReadOnlyList<int> tokens = TokensOf(method, request, context);
        int appended = context.Length - tokens.Count;
        if (tokens.Count == 0 || appended < 0 || appended > answer.Count || context.HasPolicy)
            return null;
        ModelConfig config = request.Model.Config;
        // All heads of a layer around there look at what they write about. The one or two heads that find by the question are worse at it.
        int layer = config.Layers * 3 / 5;
        if (context.LengthOf(layer) != context.Length)
            return null;
        // What predicts the first token of the answer is the last one before it.
        int[] ids = [input.Suffix[^1], .. answer.Take(Math.Min(appended, MostTokens))];
        float[] queries = context.ReadAgain(ids, appended + 1, layer, request.Cancellation);
        var scores = new float[input.Document.Count];
        int prefix = input.Prefix.Count, shared = config.Heads / config.KvHeads, d = config.HeadDim;
        for (int kvHead = 0; kvHead < config.KvHeads; kvHead++)
        {
            float[] keys = context.Cache.ReadPlane(layer, kvHead, tokens.Count);
            for (int i = 0; i < ids.Length * shared; i++)
            {
                int query = (i / shared * config.Heads) + (kvHead * shared) + (i % shared);
                float[] weights = Weights(queries.AsSpan(query * d, d), keys, d);
                for (int row = 0; row < weights.Length; row++)
                {
                    int token = tokens[row] - prefix;
                    if (token >= 0 && token < scores.Length)
                        scores[token] += weights[row] / (ids.Length * config.Heads);
                }
            }
        }

        return scores;
    }

    /// <summary>Returns the indices in prefix, document and suffix of the rows of the cache; none where it is unknown.</summary>
    private static IReadOnlyList<int> TokensOf(IContextMethod method, ContextRequest request, KvContext context)
    {
        if (context.Survivors.Tokens is { Count: > 0 } survivors)
            return survivors;
        ContextInput input = request.Input;
        int prefix = input.Prefix.Count;
        bool[] left = new bool[input.Length];
        foreach (Range range in method.PassedOver(request))
            left.AsSpan(prefix + range.Start.Value, range.End.Value - range.Start.Value).Fill(true);
        int[] rows = [.. Enumerable.Range(0, input.Length).Where(token => !left[token])];
        // Without a list of survivors every row is a token at its own position.
        return context.Length == context.NextPosition ? rows : [];
    }

    /// <summary>Returns softmax(q·kᵀ / √d) over the rows that were read.</summary>
    private static float[] Weights(ReadOnlySpan<float> query, float[] keys, int d)
    {
        var weights = new float[keys.Length / d];
        for (int row = 0; row < weights.Length; row++)
            weights[row] = TensorPrimitives.Dot(query, keys.AsSpan(row * d, d)) / MathF.Sqrt(d);
        TensorPrimitives.SoftMax(weights, weights);
        return weights;
    }
}
