namespace Homer.Engine.Tokenizers.Decoders;

/// <summary>Turns the names of tokens into text, step by step. Safe to share between threads.</summary>
internal interface IDecoder
{
    /// <summary>Whether what comes out is a single text, which arrives in pieces.</summary>
    bool Fuses => false;

    /// <summary>Creates the step for one sequence of tokens.</summary>
    /// <param name="start">What is known of the sequence.</param>
    /// <param name="next">Receives what comes out.</param>
    DecodingStep Open(DecodingStart start, DecodingStep next);
}

/// <summary>The place in a sequence at which a step of decoding begins.</summary>
/// <param name="Continues">Whether the tokens continue a text.</param>
/// <param name="IsFused">Whether what comes in is a single text, which arrives in pieces.</param>
internal readonly record struct DecodingStart(bool Continues, bool IsFused);

/// <summary>A step of decoding for one sequence of tokens.</summary>
internal abstract class DecodingStep
{
    /// <summary>Takes the next token, or the next piece of a text.</summary>
    internal abstract void Take(string token);

    /// <summary>Ends the sequence.</summary>
    internal abstract void End();
}

/// <summary>Several decoders, one after the other.</summary>
internal sealed record DecoderSequence(IReadOnlyList<IDecoder> Decoders) : IDecoder
{
    /// <inheritdoc/>
    public bool Fuses => Decoders.Any(decoder => decoder.Fuses);

    /// <inheritdoc/>
    public DecodingStep Open(DecodingStart start, DecodingStep next)
    {
        for (int i = Decoders.Count - 1; i >= 0; i--)
            next = Decoders[i].Open(start with { IsFused = start.IsFused || Decoders.Take(i).Any(before => before.Fuses) }, next);
        return next;
    }
}
