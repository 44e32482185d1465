using System.Globalization;
using Homer.Engine.Files;
using Homer.Engine.Tokenizers;

namespace Homer.Engine.Doctor;

/// <summary>Loads the tokenizer, and decodes what it has encoded.</summary>
internal sealed class TokenizerCheck() : Check("tokenizer")
{
    // Letters of several scripts, digits, blanks, line ends, code and symbols of several code points.
    private static readonly string[] Texts =
    [
        "The quick brown fox jumps over 12,345 lazy dogs.", "Smörgåsbord, naïve façade; São Paulo – “quoted”…", "Съешь же ещё этих булок",
        "敏捷的棕色狐狸。日本語、한국어", "الكلب الكسول", "for (int i = 0; i < 10; i++)\n{\n\treturn x_1 != 0;\n}", "a  b   c\n\n\nd",
        "👩‍👩‍👧 🇪🇺 ½ ∑ →",
    ];

    /// <inheritdoc/>
    public override CheckResult Run(ExaminedModel model, Action<double> progress, CancellationToken cancellation)
    {
        if (!model.IsReadable)
            return Skipped("files");
        ITokenizer tokenizer = TokenizerLoader.Load(model.Path);
        string[] changed = [.. Texts.Where(text => Back(text) != text)];
        model.Tokenizer = tokenizer;
        string size = string.Create(CultureInfo.InvariantCulture, $"{tokenizer.VocabularySize:N0} tokens");
        if (changed is not [var first, ..])
            return Noted($"{size}; {Texts.Length} texts of several scripts come back as they were", tokenizer.Notes);
        return Noted(
            $"{size}; {changed.Length} of {Texts.Length} texts come back changed",
            [$"{Quoted.Text(first)} comes back as {Quoted.Text(Back(first))}: answers may lack such characters.", .. tokenizer.Notes]);

        string Back(string text) => tokenizer.Decode(tokenizer.Encode(text, beginOfSequence: false, cancellation));
    }
}
