using Homer.Engine.Checks;

namespace Homer.Engine.Evaluation.Documents;

/// <summary>
/// A fact and a question that asks for it in other words: the two share no word that carries meaning, so that it is found by meaning or not
/// at all. No model is calibrated on these.
/// </summary>
/// <param name="Sentence">The sentence that states the fact.</param>
/// <param name="Question">The question.</param>
/// <param name="Answer">The words of the sentence that answer it.</param>
public sealed record RewordedFact(string Sentence, string Question, string Answer)
{
    /// <summary><inheritdoc cref="RewordedFact" path="/param[@name='Sentence']/node()"/></summary>
    public string Sentence { get; } = NotNull.Of(Sentence);

    /// <summary><inheritdoc cref="RewordedFact" path="/param[@name='Question']/node()"/></summary>
    public string Question { get; } = NotNull.Of(Question);

    /// <summary><inheritdoc cref="RewordedFact" path="/param[@name='Answer']/node()"/></summary>
    public string Answer { get; } = NotNull.Of(Answer);

    /// <summary>All facts.</summary>
    public static IReadOnlyList<RewordedFact> All { get; } =
    [
        new("The blacksmith hid the ruby inside a loaf of rye.", "In what did the metalworker conceal the red gem?", "loaf"),
        new("Lightning set the granary ablaze on the third of March.", "When did the grain store catch fire?", "third of March"),
        new("The optician's twins both became trumpeters.", "What do the children of the man who makes glasses play?", "trumpeters"),
        new("Aunt Ottilie bequeathed her orchard to the chess club.", "Who got the fruit trees when the old lady died?", "chess club"),
        new("The ferryman charges seven pence for a goat.", "How much must be paid to take livestock over the river?", "seven pence"),
        new("A swarm of locusts devoured the barley at Hollowmere.", "Which crop was eaten by the insects?", "barley"),
        new("The dentist repairs clocks on Sunday evenings.", "What hobby does the tooth doctor have?", "clocks"),
        new("Captain Brandt steers by the scent of cinnamon.", "What smell guides the skipper of the vessel?", "cinnamon"),
        new("The schoolmistress rides to work on a donkey.", "On which animal does the teacher travel?", "donkey"),
        new("Petrov's bakery burned through forty sacks of coal that winter.", "How much fuel did the bread shop use?", "forty sacks"),
        new("The poacher was betrayed by his squeaking boots.", "What gave the illegal hunter away?", "boots"),
        new("The duchess keeps her jewels beneath the dovecote.", "Where are the precious stones of the noblewoman stored?", "dovecote"),
        new("The glazier lost two fingers to a falling mirror.", "What injured the hand of the man who fits windows?", "mirror"),
        new("The choir rehearses in a disused slaughterhouse.", "In which building do the singers practise?", "slaughterhouse"),
        new("Wilhelmina swam across the strait in nine hours.", "How long did the woman need to get to the other shore?", "nine hours"),
        new("The sculptor only carves whalebone.", "Which material does the artist work with?", "whalebone"),
        new("The drought emptied every well except the convent's.", "Who still had water when it did not rain?", "convent"),
        new("The locksmith trained his raven to fetch buttons.", "What does the bird of the man who opens doors bring?", "buttons"),
        new("Their wedding took place aboard a coal barge.", "Where were the couple married?", "barge"),
        new("The miller's fortune came from a shipwreck.", "How did the man who grinds flour get rich?", "shipwreck"),
        new("Doctor Almeida prescribes garlic for insomnia.", "What remedy does the physician give those who cannot sleep?", "garlic"),
        new("The hermit speaks to nobody but his bees.", "With whom does the man who lives alone converse?", "bees"),
        new("The mayor banned umbrellas from the market.", "What may not be brought where goods are sold, by order of the head of "
            + "the town?", "umbrellas"),
        new("The gardener poisoned the mole with tobacco.", "How was the burrowing creature killed by the man who tends plants?",
            "tobacco"),
        new("The pianist insured her thumbs for a million crowns.", "Which body parts did the musician protect with a policy?", "thumbs"),
        new("The cobbler's shop smells of turpentine.", "What odour fills the place where shoes are mended?", "turpentine"),
        new("The avalanche buried the chapel up to its bell.", "Which building vanished under the snow?", "chapel"),
        new("Inspector Noor solved the murder by means of a tram ticket.", "Which piece of evidence led the detective to the killer?",
            "ticket"),
        new("The astronomer named the comet after her spaniel.", "What pet is the object in the sky called for?", "spaniel"),
        new("The fishmonger pays his rent in oysters.", "With what does the seafood dealer settle what he owes the landlord?", "oysters"),
        new("The regiment mutinied over mouldy biscuits.", "Why did the soldiers revolt?", "biscuits"),
        new("The barber was born in a lighthouse.", "What was the birthplace of the man who cuts hair?", "lighthouse"),
        new("The novelist dictates her chapters to a stable boy.", "Who writes down what the author says?", "stable boy"),
        new("The bridge collapsed under a herd of buffalo.", "What was too heavy for the crossing over the river?", "buffalo"),
        new("The apothecary mixes his ointment with goose fat.", "Which ingredient does the chemist put into the salve?", "goose fat"),
        new("The stowaway survived on turnips.", "What did the hidden passenger eat?", "turnips"),
        new("The innkeeper never rents out the attic.", "Which room can guests of the hotel not have?", "attic"),
        new("The emperor feared nothing except moths.", "Which creatures frightened the ruler?", "moths"),
        new("The prisoner dug his tunnel with a spoon.", "What tool did the convict use to break out?", "spoon"),
        new("The weaver's loom was shipped from Antwerp.", "From which city did the machine for making cloth come?", "Antwerp"),
        new("The auctioneer stutters when he is lying.", "How can one tell that the man who sells to the highest bidder is not honest?",
            "stutters"),
        new("The acrobat broke her ankle on a banana peel.", "What made the circus performer slip and hurt her foot?", "banana peel"),
        new("The botanist discovered an orchid that glows.", "What is special about the flower found by the scientist?", "glows"),
        new("The forger was paid in walnuts and cheese.", "What did the maker of fake banknotes receive for his work?", "walnuts"),
        new("The village drummer has been deaf since the flood.", "Who in the hamlet cannot hear?", "drummer"),
        new("The tailor sewed the treaty into a waistcoat.", "In which garment was the peace agreement hidden?", "waistcoat"),
        new("The engineer heats his cottage with volcanic steam.", "What warms the home of the man who builds machines?", "steam"),
        new("The grocer's scales are off by two ounces.", "By how much does the shopkeeper weigh wrong?", "two ounces"),
        new("The vicar's sermon was interrupted by a parrot.", "What disturbed the clergyman while he preached?", "parrot"),
        new("The cartographer drew the island upside down.", "What mistake did the maker of maps commit?", "upside down"),
        new("The stonemason whistles opera.", "Which tunes come from the lips of the man who cuts rock?", "opera"),
        new("The heiress donated her yacht to an orphanage.", "Who was given the boat of the rich woman?", "orphanage"),
        new("The vaccine must be kept below minus twenty degrees.", "How cold does the medicine against the disease have to be?",
            "minus twenty"),
        new("The tenor refuses to perform without his slippers.", "What does the singer need on his feet before he goes on stage?",
            "slippers"),
        new("The referee was once a butcher.", "What was the earlier trade of the man with the whistle?", "butcher"),
        new("The translator lives above a pet cemetery.", "Where is the flat of the woman who turns books into other languages?",
            "cemetery"),
        new("The submarine surfaced beside an iceberg.", "Next to what did the underwater boat come up?", "iceberg"),
        new("The chimney sweep collects stamps from Persia.", "What does the man who cleans flues gather?", "stamps"),
        new("The conductor fainted during the second movement.", "When did the leader of the orchestra lose consciousness?",
            "second movement"),
        new("The plumber accepts no banknotes, only silver.", "How does the man who fixes pipes want to be paid?", "silver"),
    ];
}
