using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Homer.Cli.Survivors;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Methods.Homer.Run;
using Homer.Engine.Models;
using Homer.Engine.Passages;
using Homer.Engine.Tokenizers;
using Homer.Tests.Support;

namespace Homer.Tests.Cli.Survivors;

/// <summary>Tests what the page of survivors holds, where it opens, and that no document can change it.</summary>
public sealed partial class SurvivorPageTests
{
    private static readonly ModelConfig Config = ModelConfig.Read(Path.Combine(RepositoryFiles.HomerMini, "config.json"));
    private static readonly ITokenizer Tokenizer = TokenizerLoader.Load(RepositoryFiles.HomerMini);
    private static readonly ResolvedHomerOptions Options = HomerOptions.Best.Resolve(Config);

    public static TheoryData<string> Hostile =>
    [
        "</script><script>alert(1)</script>",
        "<!-- <script> ]]> <img src=x onerror=alert(1)>",
        "\"quotes\" 'and' `more` \\ \\u003c &lt; &amp;",
        "{{data}} {{script}} {{title}} $1 $& $$",
        "a\0b\u0001\u001b[31m\r\n\u0085\u2028\u2029\ufeff",
        "\u202eright to left\u202c \u2066\u2067\u2068\u2069 \u061c \u200e\u200f",
        "é ß 漢字 🏡 👩‍👩‍👧 a\u0301\u0302\u0303 \ud800",
        "",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Documents_are_shown_as_text_and_never_as_markup(string text)
    {
        SurvivorPageData data = Describe(text, text + ".txt", question: text, answer: text);
        string page = SurvivorPage.Create(data);

        // The same elements as with a harmless document, and nothing but ASCII where the document is.
        string harmless = SurvivorPage.Create(Describe("harmless", "harmless", "harmless", "harmless"));
        Assert.Equal(Elements().Count(harmless), Elements().Count(page));
        string json = Data().Match(page).Groups[1].Value;
        Assert.DoesNotContain('<', json);
        Assert.All(json, c => Assert.InRange(c, ' ', '~'));

        using JsonDocument parsed = JsonDocument.Parse(json);
        string shown = parsed.RootElement.GetProperty("text").GetString()!;
        Assert.Equal(Tokenizer.Decode(Tokenizer.Encode(text)), shown);
        Assert.Equal(shown.Length, parsed.RootElement.GetProperty("lengths").EnumerateArray().Sum(length => length.GetInt32()));
        Assert.Equal(text.Replace('\ud800', '\ufffd'), parsed.RootElement.GetProperty("question").GetString());
    }

    [Fact]
    public void A_character_of_several_tokens_belongs_to_the_last_of_them()
    {
        SurvivorPageData data = Describe("a🏡b");
        Assert.Equal("a🏡b", data.Text);
        Assert.Equal(2, data.Lengths.Max());
        Assert.Contains(0, data.Lengths);
        Assert.Equal(0, data.Lengths[data.Lengths.ToList().IndexOf(2) - 1]);
    }

    [Fact]
    public void The_tree_and_the_states_cover_the_document()
    {
        string text = string.Concat(Enumerable.Range(0, 1000).Select(i => $"The {i}th sack of grain. "));
        int count = Tokenizer.Encode(text).Length;
        SurvivorPageData data = Describe(text);
        Assert.Equal(count, data.Lengths.Count);
        Assert.Equal(count, data.States.Where((_, i) => i % 2 == 1).Sum());
        Assert.Equal(count, data.Nodes.Where(node => node[0] == 0).Sum(node => node[1]));
        Assert.Equal(count, data.Nodes[^1][1]);
        Assert.Equal(Enumerable.Range(0, data.Nodes[^1][0] + 1), data.Nodes.Select(node => node[0]).Distinct().Order());
        Assert.Equal(Config.Layers, data.Heights[^1][1]);
        Assert.Contains(data.Figures, figure => figure is ["Model", "homer-mini"]);
    }

    [Fact]
    public void The_page_has_its_parts_and_says_what_the_colours_mean()
    {
        string page = SurvivorPage.Create(Describe("text"));
        Assert.Single(Meaning().Matches(page));
        Assert.Equal(
            "Marked passages were kept to the end; of the others, the more colour, the later they were dropped.",
            Meaning().Match(page).Groups[1].Value);
        foreach (string part in new[] { "document", "question", "answer", "figures", "legend", "passages", "text", "tree", "chart", "tip" })
            Assert.Single(Regex.Matches(page, $" id=\"{part}\""));
        Assert.Single(Regex.Matches(page, "<!doctype html>"));
        Assert.EndsWith("</html>", page.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_opens_where_the_answer_comes_from()
    {
        string text = string.Concat(Enumerable.Range(0, 400).Select(i => $"Sack {i} was {(i == 217 ? "vermilion" : "brown")}. "));
        SurvivorPageData data = Describe(text, question: "Which?", answer: "It was vermilion");
        int opening = Assert.NotNull(data.Opening);
        Assert.StartsWith("vermilion", data.Text[data.Lengths.Take(opening).Sum()..].TrimStart(), StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(Data().Match(SurvivorPage.Create(data)).Groups[1].Value);
        Assert.Equal(opening, json.RootElement.GetProperty("opening").GetInt32());
        Assert.Equal(0, Describe(text).Opening);
        Assert.Null(Describe("").Opening);
    }

    [Fact]
    public void A_browser_shows_the_passage_of_the_answer_first()
    {
        string text = string.Concat(Enumerable.Range(0, 400).Select(i => $"Sack {i} was {(i == 217 ? "vermilion" : "brown")}. "));
        SurvivorPageData data = Describe(text, question: "Which <b>?", answer: "It was vermilion");
        using var folder = new TemporaryFolder();
        SurvivorPage.Write(folder["page.html"], data);
        string shown = Browser.Show(folder["page.html"]);
        string tip = Regex.Match(shown, "<div id=\"tip\"[^>]*>.*?</div></div>", RegexOptions.Singleline).Value;
        Assert.Contains("<strong>Kept to the end</strong>", tip, StringComparison.Ordinal);
        Assert.Contains($"token {data.Opening:N0} of {data.Lengths.Count:N0}", tip, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", tip, StringComparison.Ordinal);
        Assert.Contains("<span id=\"question\">Which &lt;b&gt;?</span>", shown, StringComparison.Ordinal);
        Assert.Contains("vermilion", shown, StringComparison.Ordinal);
        Assert.Equal(data.Nodes.Count(node => node[0] == 0), Regex.Count(shown, "<div class=\"leaf\""));
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Passages_are_shown_as_text_and_never_as_markup(string text)
    {
        int[] tokens = Tokenizer.Encode("harmless " + text);
        SurvivorPageData data = Describe("harmless " + text);
        string page = SurvivorPage.Create(data.With([new(text + ".txt", 1, text, 0, tokens.Length)]));
        Assert.Equal(Elements().Count(SurvivorPage.Create(data)), Elements().Count(page));
        using JsonDocument parsed = JsonDocument.Parse(Data().Match(page).Groups[1].Value);
        JsonElement source = Assert.Single(parsed.RootElement.GetProperty("sources").EnumerateArray());
        Assert.Equal(text.Replace('\ud800', '\ufffd'), source.GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("One came. Two <b>left</b>. Three stayed.", "Two <b>left</b>.")]
    [InlineData("First.\r\n\r\nÉ 漢字 🏡 came. \tLast.", "É 漢字 🏡 came.")]
    [InlineData("A. 👩‍👩‍👧 a\u0301\u0302 slept. B.", "👩‍👩‍👧 a\u0301\u0302 slept.")]
    public void A_passage_consists_of_its_tokens(string text, string quote)
    {
        int[] tokens = Tokenizer.Encode(text);
        var document = new TextDocument("folder/d.txt", text, tokens);
        int start = Encoding.UTF8.GetByteCount(text[..text.IndexOf(quote, StringComparison.Ordinal)]);
        var passage = new Passage("folder/d.txt", 1, start, start + Encoding.UTF8.GetByteCount(quote), quote, 1);
        SourcePassage found = new SourcePlaces(document, 100, Tokenizer).Of(passage);
        Assert.Equal("d.txt", found.File);
        Assert.Equal(quote, Tokenizer.Decode(tokens.AsSpan(found.First - 100, found.End - found.First)).Trim());
    }

    [Fact]
    public void A_browser_marks_the_passages_that_the_answer_rests_on()
    {
        string text = string.Concat(Enumerable.Range(0, 400).Select(i => $"Sack {i} was {(i == 217 ? "vermilion" : "brown")}. "));
        int[] tokens = Tokenizer.Encode(text);
        string quote = "Sack 217 was vermilion.";
        var document = new TextDocument("<i>d</i>.txt", text, tokens);
        int start = text.IndexOf(quote, StringComparison.Ordinal);
        SourcePassage source = new SourcePlaces(document, 0, Tokenizer).Of(new("<i>d</i>.txt", 1, start, start + quote.Length, quote, 1));
        using var folder = new TemporaryFolder();
        SurvivorPage.Write(folder["page.html"], Describe(text, answer: "Vermilion").With([source]));
        string shown = Browser.Show(folder["page.html"]);
        Assert.Contains("i&gt;.txt:1</button><q>Sack 217 was vermilion.</q>", shown, StringComparison.Ordinal);
        string marked = string.Concat(
            Regex.Matches(shown, "<[a-z]+ class=\"h\\d+ source\">(.*?)</").Select(match => match.Groups[1].Value));
        Assert.Equal(quote, marked.Trim());
        Assert.Contains($"token {source.First:N0} of ", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_fetched_from_anywhere()
    {
        string page = SurvivorPage.Create(Describe("text"));
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"<link|<img|\ssrc=|\shref=|@import|url\(|fetch\(", page);
        Assert.Equal(["http://www.w3.org/2000/svg"], Address().Matches(page).Select(match => match.Value).Distinct());
    }

    private static SurvivorPageData Describe(string text, string document = "document.txt", string question = "", string? answer = null)
    {
        int[] tokens = Tokenizer.Encode(text);
        var map = new SurvivorMap();
        map.Begin(MergePlan.Create(Options, 11, tokens.Length, 15, Config), Options);
        var heading = new SurvivorPageHeading(document, RepositoryFiles.HomerMini + Path.DirectorySeparatorChar, question, answer);
        return SurvivorPageData.Create(heading, tokens, Tokenizer, map);
    }

    [GeneratedRegex("<script type=\"application/json\" id=\"data\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Data();

    [GeneratedRegex("<span class=\"meaning\">(.*?)</span>")]
    private static partial Regex Meaning();

    [GeneratedRegex("<[a-z/!]", RegexOptions.IgnoreCase)]
    private static partial Regex Elements();

    [GeneratedRegex("https?://[^'\"\\s]*")]
    private static partial Regex Address();
}
