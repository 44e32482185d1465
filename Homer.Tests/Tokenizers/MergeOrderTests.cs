using System.Text;
using CsCheck;
using Homer.Engine.Tokenizers;
using Homer.Tests.Support;

namespace Homer.Tests.Tokenizers;

/// <summary>
/// Compares merging with its definition: merge the leftmost of the pairs with the best score until no pair makes a piece.
/// </summary>
public sealed class MergeOrderTests
{
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.String[Gen.OneOf(" ae!.'`=-/<>s\n".ToCharArray()), 0, 60],
        Gen.String[Gen.Char[' ', '~'], 0, 60],
        Gen.String);

    [Fact]
    public void Homer_mini_merges_as_defined() => CheckRandomTexts(TestTokenizers.HomerMini, RepositoryFiles.HomerMini);

    [Fact]
    public void Llama_2_merges_as_defined() => CheckRandomTexts(TestTokenizers.Llama2, SharedData.Require("tokenizers/llama2"));

    [Fact]
    public void A_novel_is_merged_as_defined()
    {
        ITokenizer tokenizer = TestTokenizers.Llama2;
        var definition = new Definition(SharedData.Require("tokenizers/llama2"));
        string novel = File.ReadAllText(SharedData.Require("texts/moby-dick.txt"));
        for (int start = 0; start + 400 <= novel.Length; start += 30_000)
            Assert.Equal(definition.Encode(novel.Substring(start, 400)), tokenizer.Encode(novel.Substring(start, 400)));
    }

    private static void CheckRandomTexts(ITokenizer tokenizer, string folder)
    {
        var definition = new Definition(folder);
        Texts.Sample(text => Assert.Equal(definition.Encode(text), tokenizer.Encode(text)), iter: 3000);
    }

    private sealed class Definition(string folder)
    {
        private const int FirstByte = 3;

        private readonly Dictionary<string, (int Id, float Score)> _pieces = ModelProto
            .Parse(File.ReadAllBytes(Path.Combine(folder, "tokenizer.model"))).Pieces.Index()
            .Where(entry => entry.Item.Type == PieceType.Normal)
            .ToDictionary(entry => entry.Item.Text, entry => (entry.Index, entry.Item.Score));

        public int[] Encode(string text)
        {
            if (text.Length == 0)
                return [];

            List<string> symbols = [.. ("\u2581" + text.Replace(' ', '\u2581')).EnumerateRunes().Select(rune => rune.ToString())];
            while (BestPair(symbols) is { } place)
            {
                symbols[place] += symbols[place + 1];
                symbols.RemoveAt(place + 1);
            }

            return [.. symbols.SelectMany(Ids)];
        }

        private int? BestPair(List<string> symbols)
        {
            int? best = null;
            float bestScore = float.NegativeInfinity;
            for (int i = 0; i + 1 < symbols.Count; i++)
            {
                if (_pieces.TryGetValue(symbols[i] + symbols[i + 1], out (int Id, float Score) piece) && piece.Score > bestScore)
                    (best, bestScore) = (i, piece.Score);
            }

            return best;
        }

        private IEnumerable<int> Ids(string symbol) => _pieces.TryGetValue(symbol, out (int Id, float Score) piece)
            ? [piece.Id]
            : Encoding.UTF8.GetBytes(symbol).Select(value => FirstByte + value);
    }
}
