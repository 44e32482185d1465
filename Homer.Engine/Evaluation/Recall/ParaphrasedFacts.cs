namespace Homer.Engine.Evaluation.Recall;

/// <summary>
/// Facts with questions that ask for them in other words: question and sentence share no word that carries meaning. A head that finds these
/// looks for meaning and not for words.
/// </summary>
internal static class ParaphrasedFacts
{
    /// <summary>The facts; the answer is a part of the sentence.</summary>
    public static IReadOnlyList<(string Sentence, string Question, string Answer)> All { get; } =
    [
        (
            "The surgeon buried her violin under the old windmill.",
            "Where did the doctor hide the musical instrument?",
            "old windmill"),
        (
            "Grandfather sold his cow for eleven silver coins.",
            "How much money did the old man get for the animal?",
            "eleven silver coins"),
        (
            "The brothers crossed to Norway on a fishing trawler.",
            "By what vessel did the siblings travel to another country?",
            "fishing trawler"),
        (
            "The baker called his parrot Archimedes.",
            "What is the name of the pet of the man who makes bread?",
            "Archimedes"),
        (
            "Hail ruined the vineyard on the ninth of August.",
            "When was the place where grapes grow destroyed by bad weather?",
            "ninth of August"),
        ("The judge falls ill whenever she eats walnuts.", "Which food makes the lady of the court sick?", "walnuts"),
        (
            "Uncle Benedict locked the microscope in the cellar.",
            "Where was the device for looking at tiny things put away?",
            "cellar"),
        (
            "The carpenter's daughter is fluent in Portuguese.",
            "What language does the child of the man who works with wood speak?",
            "Portuguese"),
        (
            "The last bus to the coast leaves at a quarter past nine.",
            "What time does the final ride towards the sea start?",
            "quarter past nine"),
        (
            "The beekeeper won a bronze medal for her honey.",
            "What prize did the woman who raises insects receive?",
            "bronze medal"),
        (
            "Sergeant Malik lost his right glove in the quarry.",
            "Which piece of clothing did the soldier drop where stone is cut?",
            "right glove"),
        (
            "The widow painted the fence of her garden violet.",
            "What color are the boards around the yard of the woman whose husband died?",
            "violet"),
        (
            "The mayor's limousine is powered by sunflower oil.",
            "What fuel does the car of the head of the town use?",
            "sunflower oil"),
        (
            "Nurse Adeline keeps a hedgehog in her attic.",
            "Which creature lives below the roof of the hospital worker?",
            "hedgehog"),
        (
            "The tailor mended the priest's coat with a fishbone.",
            "What did the man who sews use to repair the garment of the clergyman?",
            "fishbone"),
        (
            "The thieves escaped through the laundry chimney.",
            "By which way did the robbers get out?",
            "laundry chimney"),
        (
            "Professor Lindqvist studies the songs of whales.",
            "What does the scholar do research on?",
            "songs of whales"),
        (
            "The cook seasons every soup with nutmeg.",
            "Which spice is put into each broth by the man in the kitchen?",
            "nutmeg"),
        (
            "The castle's library burned down in the year 1742.",
            "When did the fire destroy the collection of books?",
            "1742"),
        (
            "The pilot landed his glider on a frozen lake.",
            "Where did the man who flies bring his aircraft down?",
            "frozen lake"),
        (
            "Cousin Theodora married a lighthouse keeper.",
            "What is the profession of the husband of the female relative?",
            "lighthouse keeper"),
        (
            "The orphan inherited a marble quarry from his godmother.",
            "What did the boy without parents receive when the woman died?",
            "marble quarry"),
        (
            "The violin maker glues his instruments with egg white.",
            "Which sticky substance holds the craftsman's fiddles together?",
            "egg white"),
        ("The goats were frightened by a brass trumpet.", "What scared the horned animals?", "brass trumpet"),
    ];
}
