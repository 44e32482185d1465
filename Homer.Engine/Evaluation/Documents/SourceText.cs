using System.Security.Cryptography;
using System.Text;
using Homer.Engine.Checks;
using Homer.Engine.Passages;

namespace Homer.Engine.Evaluation.Documents;

/// <summary>A text of which passages are cut.</summary>
/// <param name="Name">The name under which results are kept.</param>
/// <param name="Text">The text.</param>
public sealed record SourceText(string Name, string Text)
{
    private readonly Lazy<IReadOnlyList<string>> sentences = new(() => Sentences.Split(Text));

    /// <summary><inheritdoc cref="SourceText" path="/param[@name='Name']/node()"/></summary>
    public string Name { get; } = NotNull.Of(Name);

    /// <summary><inheritdoc cref="SourceText" path="/param[@name='Text']/node()"/></summary>
    public string Text { get; } = NotNull.Of(Text);

    /// <summary>The first 16 digits of the SHA-256 of the text.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)))[..16];

    /// <summary>The sentences, each with the space after it.</summary>
    internal IReadOnlyList<string> AllSentences => sentences.Value;

    /// <summary>Writes a village chronicle, for where no text is given.</summary>
    /// <param name="seed">The seed, which determines every word.</param>
    /// <param name="characters">The least number of characters.</param>
    public static SourceText Chronicle(int seed, int characters)
    {
        var chronicle = new VillageChronicle(seed);
        var text = new StringBuilder();
        while (text.Length < characters)
            text.Append(text.Length > 0 ? " " : "").Append(chronicle.Sentence());
        return new("chronicle", text.ToString());
    }
}
