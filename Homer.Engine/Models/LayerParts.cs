namespace Homer.Engine.Models;

/// <summary>
/// The parts of one decoder layer, in the order in which they are stored and loaded. The same list serves for the tensors of a file, for
/// the plan of buffers and for the loaded weights, so a new part is added here once. A part that a family does not have is null.
/// </summary>
/// <typeparam name="TVector">The representation of a norm or a bias.</typeparam>
/// <typeparam name="TMatrix">The representation of a projection [output features, input features].</typeparam>
internal sealed record LayerParts<TVector, TMatrix>
    where TVector : class
    where TMatrix : class
{
    /// <summary>The norm of attention's input [hidden_size].</summary>
    public TVector? AttentionNorm { get; init; }

    public required TMatrix Query { get; init; }

    public required TMatrix Key { get; init; }

    public required TMatrix Value { get; init; }

    public TVector? QueryBias { get; init; }

    public TVector? KeyBias { get; init; }

    public TVector? ValueBias { get; init; }

    /// <summary>The norm of queries before rotation: of each head [head_dim], or of the whole row [heads · head_dim].</summary>
    public TVector? QueryNorm { get; init; }

    /// <summary>The norm of keys before rotation: of each head [head_dim], or of the whole row [kv_heads · head_dim].</summary>
    public TVector? KeyNorm { get; init; }

    public required TMatrix Output { get; init; }

    public TVector? OutputBias { get; init; }

    /// <summary>The norm of attention's output, before it is added to the hidden state [hidden_size].</summary>
    public TVector? AttentionOutputNorm { get; init; }

    /// <summary>The norm of the MLP's input [hidden_size].</summary>
    public TVector? MlpNorm { get; init; }

    public required TMatrix Gate { get; init; }

    public required TMatrix Up { get; init; }

    public TVector? GateBias { get; init; }

    public TVector? UpBias { get; init; }

    public required TMatrix Down { get; init; }

    public TVector? DownBias { get; init; }

    /// <summary>The norm of the MLP's output, before it is added to the hidden state [hidden_size].</summary>
    public TVector? MlpOutputNorm { get; init; }

    /// <summary>Maps every part that is there, in order.</summary>
    public LayerParts<TVector2, TMatrix2> Select<TVector2, TMatrix2>(Func<TVector, TVector2> vector, Func<TMatrix, TMatrix2> matrix)
        where TVector2 : class
        where TMatrix2 : class
    {
        return new()
        {
            AttentionNorm = Optional(AttentionNorm),
            Query = matrix(Query),
            Key = matrix(Key),
            Value = matrix(Value),
            QueryBias = Optional(QueryBias),
            KeyBias = Optional(KeyBias),
            ValueBias = Optional(ValueBias),
            QueryNorm = Optional(QueryNorm),
            KeyNorm = Optional(KeyNorm),
            Output = matrix(Output),
            OutputBias = Optional(OutputBias),
            AttentionOutputNorm = Optional(AttentionOutputNorm),
            MlpNorm = Optional(MlpNorm),
            Gate = matrix(Gate),
            Up = matrix(Up),
            GateBias = Optional(GateBias),
            UpBias = Optional(UpBias),
            Down = matrix(Down),
            DownBias = Optional(DownBias),
            MlpOutputNorm = Optional(MlpOutputNorm),
        };

        TVector2? Optional(TVector? part) => part is null ? null : vector(part);
    }
}
