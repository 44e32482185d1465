using System.Text.RegularExpressions;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Recall;

namespace Homer.Tests.Evaluation.Documents;

public sealed partial class RewordedFactTests
{
    // Words that carry no meaning of their own.
    private static readonly HashSet<string> Empty =
    [
        "a", "an", "the", "of", "in", "on", "at", "to", "by", "for", "from", "with", "into", "under", "up", "over", "and", "or", "but",
        "not", "no", "it", "its", "he", "she", "they", "his", "her", "their", "him", "them", "who", "whom", "whose", "what", "which",
        "where", "when", "why", "how", "that", "this", "is", "are", "was", "were", "be", "been", "did", "do", "does", "has", "have", "had",
        "can", "may", "must", "much", "many", "long", "out", "off", "as", "than", "then",
    ];

    [Fact]
    public void Fact_and_question_share_no_word_that_carries_meaning()
    {
        Assert.True(RewordedFact.All.Count >= 48);
        Assert.All(RewordedFact.All, fact => Assert.Empty(Words(fact.Sentence).Intersect(Words(fact.Question))));
        Assert.All(RewordedFact.All, fact => Assert.Contains(fact.Answer, fact.Sentence, StringComparison.Ordinal));
        Assert.All(RewordedFact.All, fact => Assert.DoesNotContain(fact.Answer, fact.Question, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void No_model_learns_from_them()
    {
        Assert.Empty(RewordedFact.All.Select(fact => fact.Sentence).Intersect(ParaphrasedFacts.All.Select(fact => fact.Sentence)));
        foreach ((string sentence, string question) in ParaphrasedFacts.All)
        {
            HashSet<string> learned = [.. Words(sentence)], asked = [.. Words(question)];
            // A word or two may be the same, the fact is another.
            Assert.All(RewordedFact.All, fact => Assert.True(Words(fact.Sentence).Intersect(learned).Count() <= 2, fact.Sentence));
            Assert.All(RewordedFact.All, fact => Assert.True(Words(fact.Question).Intersect(asked).Count() <= 4, fact.Question));
        }
    }

    [Fact]
    public void No_two_facts_answer_the_same_question()
    {
        Assert.Equal(RewordedFact.All.Count, RewordedFact.All.Select(fact => fact.Question).Distinct().Count());
        Assert.Equal(RewordedFact.All.Count, RewordedFact.All.Select(fact => fact.Sentence).Distinct().Count());
    }

    /// <summary>Returns the words that carry meaning by their stems: plurals and common endings do not count.</summary>
    private static IEnumerable<string> Words(string text) =>
        Word().Matches(text.ToLowerInvariant()).Select(word => word.Value).Where(word => !Empty.Contains(word))
            .Select(word => Ending().Replace(word, "")).Distinct();

    [GeneratedRegex("[a-z]+")]
    private static partial Regex Word();

    [GeneratedRegex("(?<=.{3})(ing|ed|es|s|er|e)$")]
    private static partial Regex Ending();
}
