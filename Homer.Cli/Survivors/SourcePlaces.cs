using System.Text;
using Homer.Engine.Passages;
using Homer.Engine.Tokenizers;

namespace Homer.Cli.Survivors;

/// <summary>Finds the tokens of passages of a file.</summary>
internal sealed class SourcePlaces
{
    private readonly string name;
    private readonly int start;
    private readonly TokenPlaces places;
    private readonly byte[] bytes;

    /// <summary>Follows the tokens of a file in its text.</summary>
    /// <param name="document">The file.</param>
    /// <param name="start">The first of its tokens in the page's text.</param>
    /// <param name="tokenizer">The tokenizer that encoded it.</param>
    public SourcePlaces(ITextDocument document, int start, ITokenizer tokenizer)
    {
        this.start = start;
        name = SurvivorPageHeading.NameOf(document.Path);
        places = TokenPlaces.Of(tokenizer, document.Ids, document.Text);
        bytes = Encoding.UTF8.GetBytes(document.Text);
    }

    /// <summary>Returns a passage of the file with its tokens.</summary>
    public SourcePassage Of(Passage passage)
    {
        int begin = Encoding.UTF8.GetCharCount(bytes, 0, (int)passage.Start);
        int first = FirstAfter(begin), end = FirstAfter(begin + passage.Text.Length);
        return new(name, passage.Line, passage.Text, start + first, start + Math.Max(first + 1, end));
    }

    /// <summary>Returns the first token that ends after a place in the text.</summary>
    private int FirstAfter(int place)
    {
        int low = 0, high = places.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = places.EndOf(middle) > place ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
