using Homer.Engine;
using Homer.Tests.Support;
using Homer.Tests.Tokenizers;
using Homer.Training.Documents;
using Homer.Training.Learning;

namespace Homer.Tests.Training;

public sealed class TrainerTests
{
    private static readonly Recipe Short = new()
    {
        Steps = 4,
        EndingSteps = 1,
        MaskedSteps = 1,
        LeafLayers = 1,
        TokensPerStep = 512,
        TokensPerMicroBatch = 256,
        Curriculum = [new(0.5, 128), new(1, 256)],
        WarmupSteps = 2,
        KeptLayers = 1,
        LayerDropStart = 0.3,
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_seed_gives_the_same_weights_whether_or_not_it_was_interrupted(int threads)
    {
        using var folder = new TemporaryFolder();
        string checkpoint = folder[Checkpoint.FileName];
        float[] whole = Train(Short, threads, 0, 6, null), again = Train(Short, threads, 0, 6, null);
        Train(Short, threads, 0, 4, checkpoint);
        float[] resumed = Train(Short, threads, 4, 6, checkpoint);
        Assert.Equal(whole, again);
        Assert.Equal(whole, resumed);
        Assert.NotEqual(whole, Train(Short with { Seed = 8 }, threads, 0, 6, null));
    }

    [Fact]
    public void What_is_learned_costs_less()
    {
        using Trainer trainer = Create(Short with { Steps = 40, Curriculum = [new(1, 128)] }, 1);
        double first = 0;
        for (int i = 0; i < 20; i++)
        {
            trainer.Advance();
            first = i == 0 ? trainer.Tally.Loss : first;
        }

        trainer.TakeTally();
        trainer.Advance();
        Assert.True(trainer.Tally.Loss < first - 1, $"{first} at first, {trainer.Tally.Loss} after 20 steps.");
    }

    [Fact]
    public void A_checkpoint_of_other_settings_is_refused()
    {
        using var folder = new TemporaryFolder();
        Train(Short, 1, 0, 1, folder[Checkpoint.FileName]);
        Refused.With("other settings", () => Train(Short with { Steps = 7 }, 1, 1, 2, folder[Checkpoint.FileName]));
    }

    private static float[] Train(Recipe recipe, int threads, int from, int until, string? checkpoint)
    {
        using Trainer trainer = Create(recipe, threads);
        if (checkpoint is not null)
            trainer.Resume(checkpoint);
        Assert.Equal(from, trainer.Step);
        while (trainer.Step < until)
            trainer.Advance();
        if (checkpoint is not null)
            trainer.Save(checkpoint);
        return trainer.Parameters.Span.ToArray();
    }

    private static Trainer Create(Recipe recipe, int threads) => new(
        TinyTraining.Config with { VocabularySize = 1024, Window = 256 },
        recipe,
        new DocumentWriter(new WordEncoder(TestTokenizers.HomerMini), PromptTemplate.Read(RepositoryFiles.HomerMini)),
        threads);
}
