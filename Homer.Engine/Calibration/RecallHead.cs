using System.Globalization;

namespace Homer.Engine.Calibration;

/// <summary>A query head that looks for what a question asks for.</summary>
/// <param name="Layer">The layer, from 0.</param>
/// <param name="Head">The query head of the layer, from 0.</param>
public readonly record struct RecallHead(int Layer, int Head)
{
    /// <summary>Reads heads as users write them: <c>18.6+17.4</c> are head 6 of layer 18 and head 4 of layer 17.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The heads; null where the text is none.</returns>
    public static IReadOnlyList<RecallHead>? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<RecallHead> heads = [];
        foreach (string part in text.Split('+'))
        {
            if (part.Split('.') is not [string layer, string head] || !TryParse(layer, out int l) || !TryParse(head, out int h))
                return null;
            heads.Add(new(l, h));
        }

        return heads;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Layer}.{Head}");

    private static bool TryParse(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
