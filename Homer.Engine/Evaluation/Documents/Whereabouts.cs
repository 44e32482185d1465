using System.Text.RegularExpressions;

namespace Homer.Engine.Evaluation.Documents;

/// <summary>
/// People who go from place to place, as in the first task of bAbI (Weston et al. 2015, arXiv 1502.05698): a document says where each went,
/// and the last of a person's moves tells where the person is.
/// </summary>
public static class Whereabouts
{
    /// <summary>The number of people.</summary>
    public const int People = 4;

    /// <summary>The number of moves.</summary>
    public const int Moves = 6;

    /// <summary>The instructions before a document that says where people are.</summary>
    public const string Instructions =
        "I will give you context with the facts about positions of different persons hidden in some random text and a question. Answer the "
        + "question based only on the information from the facts.";

    private static readonly string[] Names =
    [
        "Sandra", "Daniel", "Julie", "Kevin", "Brenda", "Trevor", "Sheila", "Dennis", "Yvonne", "Gordon", "Monica", "Felix", "Ingrid",
        "Oscar", "Wanda", "Hector",
    ];

    private static readonly string[] Places = ["bathroom", "bedroom", "garden", "hallway", "kitchen", "office"];

    private static readonly string[] Verbs = ["moved to", "went to", "travelled to"];

    /// <summary>Returns the names that a text does not have, so that nobody of the text is taken for one who was planted.</summary>
    public static IReadOnlyList<string> NamesNotIn(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] absent = [.. Names.Where(name => !Regex.IsMatch(text, $@"\b{name}\b"))];
        return absent.Length >= People
            ? absent
            : throw new HomerException("The text has all the names that would be planted in it; take another --text.");
    }

    /// <summary>Draws moves in the order in which they happen; everyone moves at least once.</summary>
    /// <param name="random">The source of randomness.</param>
    /// <param name="names">The names to choose from.</param>
    public static IReadOnlyList<(string Person, string Sentence, string Place)> Draw(Random random, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(names);
        string[] all = [.. names];
        random.Shuffle(all);
        string[] people = all[..People];
        string[] moving = [.. people, .. random.GetItems(people, Moves - People)];
        random.Shuffle(moving);
        return [.. moving.Select(person =>
        {
            string place = random.GetItems(Places, 1)[0];
            return (person, $"{person} {random.GetItems(Verbs, 1)[0]} the {place}.", place);
        })];
    }
}
