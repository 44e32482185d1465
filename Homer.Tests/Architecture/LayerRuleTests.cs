using ArchUnitNET.Fluent;
using static Homer.Tests.Architecture.LayerRules;

namespace Homer.Tests.Architecture;

/// <summary>Each rule about folders finds what breaks it in the small examples of <c>Fixtures</c>, however a type is named.</summary>
public sealed class LayerRuleTests
{
    private const string Root = "Homer.Tests.Architecture.Fixtures";

    private static readonly Lazy<ArchUnitNET.Domain.Architecture> AllExamples = new(() =>
        CodeBase.Load(SourceTree.Code.Where(file => file.IsIn("Homer.Tests/Architecture/Fixtures")), typeof(LayerRuleTests).Assembly));

    private static ArchUnitNET.Domain.Architecture Examples => AllExamples.Value;

    [Fact]
    public void A_cycle_is_found() => AssertBroken("Compass", NoCycles(Root + ".Cycle"));

    [Fact]
    public void A_tree_is_none() => Assert.Empty(Broken(Examples, NoCycles(Root + ".Tree")));

    [Fact]
    public void A_body_that_knows_another_is_found() => AssertBroken("Tile", SeparateBodies(Examples, Root + ".Bodies"));

    [Fact]
    public void An_arrow_upwards_is_found()
    {
        Assert.NotEmpty(Broken(Examples, Below(Root + ".Cycle.South", Root + ".Cycle.North")));
        Assert.Empty(Broken(Examples, Below(Root + ".Tree.South", Root + ".Tree.North")));
    }

    [Fact]
    public void A_core_that_knows_a_method_is_found() => AssertBroken("Mapping", CoreWithoutMethods(Root + ".Reader", ["Files", "Models"]));

    [Fact]
    public void A_method_that_knows_another_is_found_unless_that_is_plain_reading() =>
        AssertBroken("SinkMethod", SeparateMethods(Root + ".Reader"));

    /// <summary>The ways of naming a type that compiled code does not tell, or that ArchUnitNET does not see there.</summary>
    [Theory]
    [InlineData("class A { public int M() => B.Constant; }")]
    [InlineData("class A { public string M() => nameof(B); }")]
    [InlineData("class A { public unsafe int M() => sizeof(C); }")]
    [InlineData("class A { public unsafe delegate*<C, void> M; }")]
    [InlineData("class A { public void M() { try { } catch (B) { } } }")]
    [InlineData("class A { public int M() => D<C>.Static; }")]
    [InlineData("class A { public System.Func<int> M() => () => B.Constant; }")]
    [InlineData("class A { class Inner { public int M() => B.Constant; } }")]
    public void The_source_names_a_type(string code)
    {
        const string Others = """
            class B : System.Exception { public const int Constant = 1; }
            struct C { }
            static class D<T> { public static int Static = 1; }
            """;
        var found = SourceDependencies.Find([new SourceFile("A.cs", $"namespace N {{ {code} {Others} }}")]);
        Assert.Contains(found, arrow => arrow is { Origin: "N.A", Target: "N.B" or "N.C" });
    }

    private static void AssertBroken(string culprit, params IEnumerable<IArchRule> rules) =>
        Assert.Contains(culprit, Assert.Single(Broken(Examples, rules)), StringComparison.Ordinal);
}
