using Homer.Engine.Tokenizers.Patterns;

namespace Homer.Tests.Tokenizers;

/// <summary>Patterns of Oniguruma's Ruby syntax, matched by code points.</summary>
public sealed class PatternTests
{
    [Theory]
    [InlineData(@"\p{L}+", "ab\U00010400\U00010401 \u4e2d", "ab\U00010400\U00010401|\u4e2d")]
    [InlineData(@"[^a]", "a\U0001f600b", "\U0001f600|b")]
    [InlineData(@"a{1,3}+", "aaaaa", "aaaaa")]
    [InlineData(@"a{2}?", "aaa", "aa|")]
    [InlineData(@"a*+a|b", "aab", "b")]
    [InlineData(@"(?>a+|ab)c", "aabc aac", "aac")]
    [InlineData(@"^a|b$", "ab\nab\n", "a|b|a|b")]
    [InlineData(@"\Aa|b\z", "ab\nab", "a|b")]
    [InlineData(@"(?i:s)(?i:k)", "Sk\u017f\u212aSx", "Sk|\u017f\u212a")]
    [InlineData(@"(?<=t|th)1", "t1 th1 x1", "1|1")]
    [InlineData(@"(?<!t)1", "t1x1", "1")]
    [InlineData(@"[a-c&&[^b]]+", "abcba", "a|c|a")]
    [InlineData(@"[[:alpha:]]+|[[:^alpha:]]", "ab1", "ab|1")]
    [InlineData(@"\h+", "09afAFgh", "09afAF")]
    [InlineData(@".", "a\nb", "a|b")]
    [InlineData(@"(?m:.)+", "a\nb", "a\nb")]
    [InlineData(@"a.*?c", "abcabc", "abc|abc")]
    [InlineData(@"(?:ab|a)(?:c|bcd)", "abcd", "abc")]
    [InlineData(@"(?:a|ab)(?:c|bcd)", "abcd", "abcd")]
    [InlineData(@"\s+(?!\S)|\s+", "a   b  ", "  | |  ")]
    [InlineData(@"\bab\b", "ab abc ab", "ab|ab")]
    [InlineData(@"\x{1F600}|\u0041|\x42", "\U0001f600AB", "\U0001f600|A|B")]
    [InlineData(@"(?=(?:\d{3})+(?!\d))", "1234567", "|")]
    [InlineData(@"(?:a*)*b", "aab", "aab")]
    [InlineData(@"(?:a?b?){2}c", "abc", "abc")]
    [InlineData(@"[]a]+", "a]b", "a]")]
    [InlineData(@"\R", "a\r\nb\n", "\r\n|\n")]
    [InlineData(@"(?x) a b # both", "ab", "ab")]
    [InlineData(@"\p{Han}|\p{^L}", "\u4e2da1", "\u4e2d|1")]
    [InlineData("a{,2}", "aaa", "aa|a")]
    [InlineData("a{x}", "a{x}", "a{x}")]
    public void Matches_are_Onigurumas(string pattern, string text, string expected)
    {
        var found = new Finder(new Pattern(pattern)).Find(text).Select(match => text.Substring(match.Begin, match.Length));
        Assert.Equal(expected, string.Join('|', found));
    }

    [Theory]
    [InlineData(@"\p{L}+|\s+(?!\S)|\s+")]
    [InlineData(@"\s+$")]
    [InlineData(@"[^\n]+\n|\n")]
    [InlineData(@"(?=a)|b")]
    [InlineData(@"z")]
    public void Several_threads_find_the_matches_of_one(string pattern)
    {
        var random = new Random(3);
        string[] parts = ["abc", " ", "\n", "\U0001f600", "b", "   ", "aaaa", "\u00e9", "\r\n"];
        string text = string.Concat(Enumerable.Range(0, 400_000).Select(_ => parts[random.Next(parts.Length)]));
        var finder = new Finder(new Pattern(pattern));
        Assert.Equal(finder.Find(text.AsSpan(3)), SharedSearch.Find(finder, text, (3, text.Length - 3), 5, out _, default));
    }
}
