using Homer.Engine;
using Homer.Engine.Tokenizers;
using Homer.Tests.Support;
using Homer.Training.Tokenization;

namespace Homer.Tests.Training;

public sealed class TokenizerTrainingTests
{
    [Fact]
    public void Frequent_pairs_become_pieces_and_digits_stay_alone()
    {
        IReadOnlyList<string> pieces = BytePairTrainer.Train(new Dictionary<string, long> { ["low."] = 5, ["lower"] = 3, ["77"] = 9 }, 100);
        Assert.Equal(["lo", "low", "\u2581low", "er", "\u2581lower"], pieces.Take(5));
        Assert.DoesNotContain(pieces, piece => piece.Length > 1 && (piece.Contains('7') || piece.Contains('.')));
        Assert.Equal("7", pieces[5]);
    }

    [Fact]
    public void The_trained_tokenizer_gives_texts_back_and_has_a_piece_for_every_answer()
    {
        using var folder = new TemporaryFolder();
        PromptTemplate template = PromptTemplate.Read(RepositoryFiles.HomerMini);
        IReadOnlyDictionary<string, long> words = CorpusWords.Count(seed: 1, template);
        TokenizerFile.Write(folder["tokenizer.model"], BytePairTrainer.Train(words, 1024 - TokenizerFile.FixedPieces));
        ITokenizer tokenizer = TokenizerLoader.Load(folder.Path);
        Assert.Equal(1024, tokenizer.VocabularySize);
        Assert.Equal((1, 2), (tokenizer.BeginOfSequence, tokenizer.EndOfSequence));
        string[] texts = ["Mara hid the lantern in the", "  two  spaces\n\tand wörld 🦙", "", "#40921", "It cost 12.50, or so."];
        foreach (string text in texts)
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
        // Words that occur once are there for other texts, and need not become pieces.
        foreach (string word in words.Where(word => word.Value > 1).Select(word => word.Key).Where(word => word.All(char.IsLetter)))
            Assert.Single(tokenizer.Encode(word));
        Assert.Equal(7, tokenizer.Encode("#40921.").Length);
    }
}
