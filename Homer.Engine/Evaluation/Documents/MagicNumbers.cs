using Homer.Engine.Checks;

namespace Homer.Engine.Evaluation.Documents;

/// <summary>
/// A key and its numbers, each of which a document states in a sentence of its own: the needles of Hsieh et al. 2024
/// (arXiv 2404.06654).
/// </summary>
/// <param name="Key">The key, two words with a hyphen.</param>
/// <param name="Values">The numbers, of seven digits each.</param>
public sealed record MagicNumbers(string Key, IReadOnlyList<string> Values)
{
    private static readonly string[] First =
    [
        "amber", "brisk", "calm", "cloudy", "copper", "curious", "dusty", "eager", "emerald", "faithful", "feather", "foggy", "gallant",
        "glossy", "grateful", "hidden", "hasty", "honest", "icy", "jolly", "lively", "lonely", "lucky", "marble", "mellow", "merry",
        "misty", "noble", "northern", "patient", "polished", "proud", "rusty", "salty", "scarlet", "shiny", "sleepy", "snowy", "solid",
        "southern", "spicy", "steady", "sunny", "tidy", "violet", "wandering", "windy", "young",
    ];

    private static readonly string[] Second =
    [
        "acorn", "almond", "arrow", "badger", "barrel", "beacon", "biscuit", "boulder", "bucket", "cactus", "camel", "cabin", "cedar",
        "cherry", "chimney", "cloak", "compass", "coral", "cricket", "dolphin", "falcon", "fiddle", "fountain", "gazelle", "glacier",
        "hedge", "helmet", "heron", "island", "jewel", "kite", "lemon", "lobster", "magnet", "marmot", "needle", "orchard", "otter",
        "parcel", "pebble", "pepper", "pigeon", "pumpkin", "quarry", "rocket", "sparrow", "teapot", "walnut",
    ];

    /// <summary>The instructions before a document that hides such numbers.</summary>
    public const string Instructions =
        "Some special magic numbers are hidden within the following text. Make sure to memorize it. "
        + "I will quiz you about the numbers afterwards.";

    /// <summary><inheritdoc cref="MagicNumbers" path="/param[@name='Key']/node()"/></summary>
    public string Key { get; init => field = NotNull.Of(value); } = NotNull.Of(Key);

    /// <summary><inheritdoc cref="MagicNumbers" path="/param[@name='Values']/node()"/></summary>
    public IReadOnlyList<string> Values { get; init => field = NotNull.Of(value); } = NotNull.Of(Values);

    /// <summary>The beginning of every sentence, up to the number.</summary>
    public string Lead => $"One of the special magic numbers for {Key} is: ";

    /// <summary>The question that asks for the number, or for all of them.</summary>
    public string Question => Values.Count == 1
        ? $"What is the special magic number for {Key} mentioned in the provided text?"
        : $"What are all the special magic numbers for {Key} mentioned in the provided text?";

    /// <summary>The beginning of the answer, up to the number.</summary>
    public string Cue => Values.Count == 1
        ? $"The special magic number for {Key} mentioned in the provided text is"
        : $"The special magic numbers for {Key} mentioned in the provided text are";

    /// <summary>Returns the sentence that states a number.</summary>
    public string Sentence(string value) => $"{Lead}{value}.";

    /// <summary>Draws keys and numbers, no two of which are equal.</summary>
    /// <param name="random">The source of randomness.</param>
    /// <param name="keys">The number of keys.</param>
    /// <param name="values">The number of numbers of each key.</param>
    public static IReadOnlyList<MagicNumbers> Draw(Random random, int keys, int values)
    {
        ArgumentNullException.ThrowIfNull(random);
        string[] names = Distinct(keys, () => $"{random.GetItems(First, 1)[0]}-{random.GetItems(Second, 1)[0]}");
        string[] numbers = Distinct(keys * values, () => $"{random.Next(1_000_000, 10_000_000)}");
        return [.. names.Zip(numbers.Chunk(values), (name, own) => new MagicNumbers(name, own))];
    }

    private static string[] Distinct(int count, Func<string> draw)
    {
        var drawn = new HashSet<string>();
        while (drawn.Count < count)
            drawn.Add(draw());
        return [.. drawn];
    }
}
