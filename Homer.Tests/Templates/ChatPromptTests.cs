using Homer.Engine.Templates;
using Homer.Tests.Support;

namespace Homer.Tests.Templates;

/// <summary>Where the prompts of chat templates are cut.</summary>
public sealed class ChatPromptTests
{
    private const string Marked = "{% for m in messages %}<{{ m.role }}>{{ m.content | trim }}</{{ m.role }}>{% endfor %}<assistant>";

    [Fact]
    public void The_document_is_within_the_first_message()
    {
        (RenderedChat before, RenderedChat turns, RenderedChat question) = Of(Marked).Render("Read.", [], "Why?");
        Assert.Equal(("<user>Read.\n\n", "", "\n\nWhy?</user><assistant>"), (before.Text, turns.Text, question.Text));
        Assert.Equal(["Read.\n\n"], Data(before));
        Assert.Equal(["\n\nWhy?"], Data(question));
    }

    [Fact]
    public void Without_a_document_the_cut_is_before_the_question()
    {
        (RenderedChat before, RenderedChat turns, RenderedChat question) = Of(Marked).Render(null, [], "Why?");
        Assert.Equal(("<user>", "", "Why?</user><assistant>"), (before.Text, turns.Text, question.Text));
    }

    [Fact]
    public void Later_questions_begin_at_the_end_of_the_last_answer()
    {
        (RenderedChat before, RenderedChat turns, RenderedChat question) =
            Of(Marked).Render("Read.", [("A?", "B."), ("C?", "D.")], "E?");
        Assert.Equal("<user>Read.\n\n", before.Text);
        Assert.Equal("\n\nA?</user><assistant>B.</assistant><user>C?</user><assistant>D.", turns.Text);
        Assert.Equal("</assistant><user>E?</user><assistant>", question.Text);
    }

    [Fact]
    public void Templates_that_want_blocks_get_blocks() => Assert.Equal(
        "U:Read.\n\n",
        Of("{% if messages[0].content is string %}{{ raise_exception('blocks!') }}{% endif %}U:{{ messages[0].content[0].text }}")
            .Render("Read.", [], "Why?").Before.Text);

    [Theory]
    [InlineData("{{ messages[0].role }}", "write")]
    [InlineData("{{ messages[0].content }}{{ messages[0].content }}", "write")]
    [InlineData("{{ raise_exception('Only images.') }}", "Only images")]
    public void Templates_without_the_message_are_refused(string template, string word) =>
        Refused.With(word, () => Of(template).Render("Read.", [], "Why?"));

    [Theory]
    [InlineData("a<think>b</think>", "<think>")]
    [InlineData("{{ c.split('</think>') }}", null)]
    [InlineData("[THINK][/THINK]", "[THINK]")]
    [InlineData("plain", null)]
    public void Marks_of_thoughts_are_found(string template, string? open) =>
        Assert.Equal(open, ThoughtMarks.Of(template, _ => false)?.Open);

    [Fact]
    public void Marks_of_thoughts_are_found_in_the_vocabulary() =>
        Assert.Equal("<think>", ThoughtMarks.Of("plain", text => text.Contains("think>", StringComparison.Ordinal))?.Open);

    private static ChatPrompt Of(string template) => new(new ChatTemplates(
        "the test", new Dictionary<string, string> { ["default"] = template }, new Dictionary<string, string>()));

    private static IEnumerable<string> Data(RenderedChat chat) => chat.Data.Select(range => chat.Text[range]);
}
