namespace Homer.Engine.Evaluation.Recall;

/// <summary>
/// Questions that ask for the facts of <see cref="ParaphrasedFacts"/> in the words of their sentences, each with a question of the same
/// form about something else, which the sentence does not answer.
/// </summary>
internal static class DirectQuestions
{
    /// <summary>The questions, in the order of the facts.</summary>
    public static IReadOnlyList<(string Question, string Other)> All { get; } =
    [
        ("Where did the surgeon bury her violin?", "Where did the surgeon bury her trumpet?"),
        ("For how much did grandfather sell his cow?", "For how much did grandfather sell his barn?"),
        ("How did the brothers cross to Norway?", "How did the sisters travel to Egypt?"),
        ("What did the baker call his parrot?", "What did the baker call his horse?"),
        ("When did hail ruin the vineyard?", "When did fire ruin the bakery?"),
        ("What makes the judge fall ill?", "What makes the lawyer fall ill?"),
        ("Where did Uncle Benedict lock the microscope?", "Where did Uncle Benedict lock the rifle?"),
        ("Which language does the carpenter's daughter speak fluently?", "Which language does the gardener's daughter speak fluently?"),
        ("When does the last bus to the coast leave?", "When does the last bus to the airport leave?"),
        ("What did the beekeeper win for her honey?", "What did the farmer win for his pumpkins?"),
        ("Where did Sergeant Malik lose his right glove?", "Where did Sergeant Malik lose his pistol?"),
        ("What color did the widow paint the fence?", "What color did the widow paint the kitchen?"),
        ("What is the mayor's limousine powered by?", "What is the bishop's tractor powered by?"),
        ("What does Nurse Adeline keep in her attic?", "What does Nurse Adeline keep in her purse?"),
        ("With what did the tailor mend the priest's coat?", "With what did the tailor mend the king's trousers?"),
        ("How did the thieves escape?", "How did the prisoners drown?"),
        ("What does Professor Lindqvist study?", "What does Professor Morgan study?"),
        ("What does the cook season every soup with?", "What does the cook decorate every cake with?"),
        ("When did the castle's library burn down?", "When did the village's theatre burn down?"),
        ("Where did the pilot land his glider?", "Where did the pilot land his helicopter?"),
        ("Whom did Cousin Theodora marry?", "Whom did Cousin Bernadette marry?"),
        ("What did the orphan inherit from his godmother?", "What did the orphan inherit from his brother?"),
        ("What does the violin maker glue his instruments with?", "What does the piano tuner clean his keys with?"),
        ("What frightened the goats?", "What frightened the elephants?"),
    ];
}
