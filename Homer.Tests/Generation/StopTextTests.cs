using CsCheck;
using Homer.Engine.Generation;

namespace Homer.Tests.Generation;

public sealed class StopTextTests
{
    [Fact]
    public void Ends_before_the_stop_however_the_text_is_cut() =>
        Gen.Select(Gen.String[Gen.Char["ab"], 0, 12], Gen.String[Gen.Char["ab"], 1, 4], Gen.Int[1, 4]).Sample((text, end, step) =>
        {
            var stop = new StopText([end]);
            string streamed = "";
            for (int i = 0; i < text.Length; i += step)
                streamed += stop.Append(text.Substring(i, Math.Min(step, text.Length - i)));
            streamed += stop.Flush();

            int at = text.IndexOf(end, StringComparison.Ordinal);
            Assert.Equal(at >= 0, stop.Stopped);
            Assert.Equal(at >= 0 ? text[..at] : text, streamed);
        });

    [Fact]
    public void Several_that_overlap_end_the_text_at_the_same_place_however_it_is_cut() =>
        Gen.Select(Gen.String[Gen.Char["ab"], 0, 14], Gen.String[Gen.Char["ab"], 1, 5].Array[1, 4], Gen.Int[1, 5]).Sample(
            (text, ends, step) =>
            {
                var stop = new StopText(ends);
                string streamed = "";
                for (int i = 0; i < text.Length; i += step)
                    streamed += stop.Append(text.Substring(i, Math.Min(step, text.Length - i)));
                streamed += stop.Flush();

                int[] found = [.. ends.Select(end => text.IndexOf(end, StringComparison.Ordinal)).Where(at => at >= 0)];
                Assert.Equal(found.Length > 0, stop.Stopped);
                Assert.Equal(found.Length > 0 ? text[..found.Min()] : text, streamed);
            },
            iter: 20_000);

    [Fact]
    public void Ends_before_whichever_of_several_comes_first()
    {
        var stop = new StopText(["", "User:", "\n\n"]);
        Assert.Equal("one\ntwo", stop.Append("one\ntwo\n\nUser: three"));
        Assert.True(stop.Stopped);
        Assert.Equal("", stop.Append("four") + stop.Flush());
    }

    [Fact]
    public void Holds_back_no_more_than_it_must()
    {
        var stop = new StopText(["Question:"]);
        Assert.Equal("barn. ", stop.Append("barn. Quest"));
        Assert.Equal("Questing ", stop.Append("ing "));
        Assert.Equal("", stop.Append("Question"));
        Assert.Equal("", stop.Append(": Where"));
        Assert.True(stop.Stopped);
        Assert.Equal("", stop.Flush());
    }
}
