using Homer.Engine.Evaluation.Documents;

namespace Homer.Tests.Evaluation.Documents;

public sealed class WhereaboutsTests
{
    [Fact]
    public void Everyone_moves_and_says_where()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            IReadOnlyList<string> names = Whereabouts.NamesNotIn("Monica met Felix; Danielle was away.");
            Assert.DoesNotContain("Monica", names);
            Assert.Contains("Daniel", names);
            IReadOnlyList<(string Person, string Sentence, string Place)> moves = Whereabouts.Draw(new(seed), names);
            Assert.Equal(Whereabouts.Moves, moves.Count);
            Assert.Equal(Whereabouts.People, moves.Select(move => move.Person).Distinct().Count());
            Assert.All(moves, move => Assert.Matches($"^{move.Person} (moved|went|travelled) to the {move.Place}\\.$", move.Sentence));
            Assert.All(moves, move => Assert.Contains(move.Person, names));
        }
    }

    [Fact]
    public void A_text_with_all_names_is_refused()
    {
        IReadOnlyList<string> all = Whereabouts.NamesNotIn("");
        string text = string.Join(' ', all.Skip(Whereabouts.People - 1));
        Assert.Throws<HomerException>(() => Whereabouts.NamesNotIn(text));
        Assert.Equal(Whereabouts.People, Whereabouts.NamesNotIn(string.Join(' ', all.Skip(Whereabouts.People))).Count);
    }
}
