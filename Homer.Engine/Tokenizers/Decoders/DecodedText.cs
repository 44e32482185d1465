using System.Text;

namespace Homer.Engine.Tokenizers.Decoders;

/// <summary>Gathers the text at the end of decoding.</summary>
internal sealed class DecodedText : DecodingStep
{
    private readonly StringBuilder text = new();

    internal override void Take(string token) => text.Append(token);

    internal override void End()
    {
    }

    /// <summary>Returns what has come since the last call.</summary>
    internal string Drain()
    {
        string drained = text.ToString();
        text.Clear();
        return drained;
    }
}
