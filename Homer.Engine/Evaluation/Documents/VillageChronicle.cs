namespace Homer.Engine.Evaluation.Documents;

/// <summary>
/// Generates sentences about the everyday life of a village, in the words that homer-mini was trained on, and what a document can hide
/// among them: a pass key, or facts about who hid which object where.
/// </summary>
public sealed class VillageChronicle
{
    private static readonly string[] Names = Words(
        "Mara Tobin Elsa Ravi Ines Otto Lena Paulo Greta Hugo Selma Dario Nadia Felix Orla Bruno Tilda Marco Yara Simon Petra Jonas Alma "
        + "Viktor Rosa Emil Clara Anton Freya Leon Ida Oscar Vera Milo Hanna Theo Luisa Karl Nora Ivan");

    private static readonly string[] Places = Words(
        "harbor mill chapel orchard quarry bakery library tavern stable lighthouse market bridge cellar tower garden forge school barn "
        + "meadow well");

    private static readonly string[] Objects = Words(
        "lantern ledger compass violin kettle ladder mirror basket hammer telescope saddle candle bottle map clock ring flute anchor "
        + "blanket whistle");

    private static readonly string[] Adjectives = Words(
        "old small bright broken heavy quiet painted wooden silver narrow dusty warm green cracked polished strange");

    private static readonly string[] Jobs = Words(
        "baker miller teacher sailor carpenter doctor gardener fisher weaver blacksmith painter shepherd");

    private static readonly string[] Weather = Words("rain fog snow wind sunlight frost thunder mist");

    private static readonly string[] Feelings = Words("tired cheerful worried curious patient proud hungry calm");

    private static readonly string[] Verbs = Words("carried cleaned borrowed repaired sold painted lost found measured wrapped");

    private static readonly string[] Times =
    [
        "In the morning", "At noon", "Before dawn", "Late in the evening", "On market day", "After supper", "That winter",
        "During the storm", "In early spring", "By the end of the week",
    ];

    private readonly Random random;
    private readonly Villager[] people;

    /// <summary>Creates a chronicle and draws its people.</summary>
    /// <param name="seed">The seed, which determines every word.</param>
    /// <param name="cast">
    /// The number of people, 1 … <see cref="MostPeople"/>; null draws four to eight. The more people, the longer the text takes to
    /// introduce all.
    /// </param>
    public VillageChronicle(int seed, int? cast = null)
    {
        if (cast is { } asked)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(asked, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(asked, Names.Length);
        }

        random = new Random(seed);
        string[] names = [.. Names];
        random.Shuffle(names);
        people =
        [
            .. names.Take(cast ?? random.Next(4, 9))
                .Select(name => new Villager(name, Pick(Places), Pick(Jobs), $"{Pick(Adjectives)} {Pick(Objects)}")),
        ];
    }

    /// <summary>The largest number of people in a chronicle.</summary>
    public static int MostPeople => Names.Length;

    /// <summary>
    /// The largest number of facts that every chronicle of four or more people can hold: each fact is about another pair of a person and an
    /// object.
    /// </summary>
    public static int MostFacts => 4 * Objects.Length;

    /// <summary>Writes a chronicle that states a pass key once.</summary>
    /// <param name="seed">The seed, which determines every word.</param>
    /// <param name="characters">The length of the document in characters.</param>
    /// <param name="depth">The place of the pass key: 0 is the beginning, 1 is the end.</param>
    /// <returns>The document and its pass key of five digits.</returns>
    public static (string Text, string PassKey) Write(int seed, int characters, double depth)
    {
        var chronicle = new VillageChronicle(seed);
        string key = chronicle.PassKey();
        string text = DocumentComposer.Compose(
            chronicle.Sentence, sentence => sentence.Length + 1, characters, [(depth, PassKeyStyle.Chronicle.Tell(key))]);
        return (text, key);
    }

    /// <summary>Draws a pass key of five digits.</summary>
    public string PassKey() => PassKeyStyle.DrawKey(random);

    /// <summary>Draws facts, no two of them about the same person and object.</summary>
    /// <param name="count">The number of facts, at most <see cref="MostFacts"/>.</param>
    public IReadOnlyList<HiddenObject> HiddenObjects(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MostFacts);
        (string Person, string Thing)[] pairs = [.. people.SelectMany(person => Objects.Select(thing => (person.Name, thing)))];
        random.Shuffle(pairs);
        return [.. pairs.Take(count).Select(pair => new HiddenObject(pair.Person, pair.Thing, Pick(Places)))];
    }

    /// <summary>
    /// Draws facts with different places, about a few people and objects, so that neither the person nor the object alone determines the
    /// place. If people, objects and facts are equally many, each person hid one object and each object was hidden once.
    /// </summary>
    /// <param name="count">The number of facts, at most <paramref name="hiders"/> · <paramref name="hidden"/>.</param>
    /// <param name="hiders">The number of people who hid something, at most the cast.</param>
    /// <param name="hidden">The number of objects that were hidden.</param>
    public IReadOnlyList<HiddenObject> HiddenObjects(int count, int hiders, int hidden)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hiders, people.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hidden, Objects.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, hiders * hidden);
        string[] names = [.. people.Select(person => person.Name)];
        string[] things = [.. Objects];
        string[] places = [.. Places];
        random.Shuffle(names);
        random.Shuffle(things);
        random.Shuffle(places);
        (string Person, string Thing)[] pairs =
            [.. names.Take(hiders).SelectMany(name => things.Take(hidden).Select(thing => (name, thing)))];
        random.Shuffle(pairs);
        if (count == hiders && count == hidden)
            pairs = [.. names.Zip(things)];
        return [.. pairs.Take(count).Select((pair, i) => new HiddenObject(pair.Person, pair.Thing, places[i % places.Length]))];
    }

    /// <summary>Generates the next sentence.</summary>
    public string Sentence()
    {
        Villager p = people[random.Next(people.Length)], q = people[random.Next(people.Length)];
        return random.Next(16) switch
        {
            0 => $"{Pick(Times)} {p.Name} the {p.Job} walked to the {p.Home}.",
            1 => $"{p.Name} {Pick(Verbs)} the {p.Belonging} near the {p.Home}.",
            2 => $"There was {Pick(Weather)} over the {Pick(Places)} and {p.Name} felt {Pick(Feelings)}.",
            3 => $"{q.Name} asked {p.Name} about the {p.Belonging}, but {p.Name} only smiled.",
            4 => $"The {Pick(Adjectives)} {Pick(Objects)} stood beside the {Pick(Places)} for many years.",
            5 => $"{Pick(Times)} the {p.Job} and the {q.Job} talked about the {Pick(Weather)}.",
            6 => $"{p.Name} was {Pick(Feelings)}, because the {p.Belonging} was still at the {p.Home}.",
            7 => $"Nobody in the village had seen so much {Pick(Weather)} before.",
            8 => $"{q.Name} counted {random.Next(2, 100)} sacks of grain and wrote the number in the book.",
            9 => $"The road from the {p.Home} to the {q.Home} was {Pick(Adjectives)} and long.",
            10 => $"{p.Name} said that a {p.Job} never leaves the {p.Home} for long.",
            11 => $"{Pick(Times)} they all met at the {Pick(Places)} and sang.",
            12 => $"A letter came for {p.Name} at the {p.Home}.",
            13 => $"{p.Name} gave {random.Next(2, 100)} coins to {q.Name} for the {Pick(Objects)}.",
            14 => $"The {Pick(Weather)} passed, and the {Pick(Places)} was quiet again.",
            _ => $"{q.Name} and {p.Name} shared bread by the {Pick(Places)}.",
        };
    }

    private string Pick(string[] words) => words[random.Next(words.Length)];

    private static string[] Words(string list) => list.Split(' ');

    private sealed record Villager(string Name, string Home, string Job, string Belonging);
}
