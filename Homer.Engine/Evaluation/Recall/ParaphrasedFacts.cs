namespace Homer.Engine.Evaluation.Recall;

/// <summary>
/// Facts with questions that ask for them in other words: question and sentence share no word that carries meaning. A head that finds these
/// looks for meaning and not for words.
/// </summary>
internal static class ParaphrasedFacts
{
    /// <summary>The facts, each with its question.</summary>
    public static IReadOnlyList<(string Sentence, string Question)> All { get; } =
    [
        ("The surgeon buried her violin under the old windmill.", "Where did the doctor hide the musical instrument?"),
        ("Grandfather sold his cow for eleven silver coins.", "How much money did the old man get for the animal?"),
        ("The brothers crossed to Norway on a fishing trawler.", "By what vessel did the siblings travel to another country?"),
        ("The baker called his parrot Archimedes.", "What is the name of the pet of the man who makes bread?"),
        ("Hail ruined the vineyard on the ninth of August.", "When was the place where grapes grow destroyed by bad weather?"),
        ("The judge falls ill whenever she eats walnuts.", "Which food makes the lady of the court sick?"),
        ("Uncle Benedict locked the microscope in the cellar.", "Where was the device for looking at tiny things put away?"),
        ("The carpenter's daughter is fluent in Portuguese.", "What language does the child of the man who works with wood speak?"),
        ("The last bus to the coast leaves at a quarter past nine.", "What time does the final ride towards the sea start?"),
        ("The beekeeper won a bronze medal for her honey.", "What prize did the woman who raises insects receive?"),
        ("Sergeant Malik lost his right glove in the quarry.", "Which piece of clothing did the soldier drop where stone is cut?"),
        (
            "The widow painted the fence of her garden violet.",
            "What color are the boards around the yard of the woman whose husband died?"),
        ("The mayor's limousine is powered by sunflower oil.", "What fuel does the car of the head of the town use?"),
        ("Nurse Adeline keeps a hedgehog in her attic.", "Which creature lives below the roof of the hospital worker?"),
        ("The tailor mended the priest's coat with a fishbone.", "What did the man who sews use to repair the garment of the clergyman?"),
        ("The thieves escaped through the laundry chimney.", "By which way did the robbers get out?"),
        ("Professor Lindqvist studies the songs of whales.", "What does the scholar do research on?"),
        ("The cook seasons every soup with nutmeg.", "Which spice is put into each broth by the man in the kitchen?"),
        ("The castle's library burned down in the year 1742.", "When did the fire destroy the collection of books?"),
        ("The pilot landed his glider on a frozen lake.", "Where did the man who flies bring his aircraft down?"),
        ("Cousin Theodora married a lighthouse keeper.", "What is the profession of the husband of the female relative?"),
        ("The orphan inherited a marble quarry from his godmother.", "What did the boy without parents receive when the woman died?"),
        ("The violin maker glues his instruments with egg white.", "Which sticky substance holds the craftsman's fiddles together?"),
        ("The goats were frightened by a brass trumpet.", "What scared the horned animals?"),
    ];
}
