using static Homer.Tests.Architecture.LayerRules;

namespace Homer.Tests.Architecture;

/// <summary>The arrows between folders: what is below does not know what is above.</summary>
public sealed class LayerTests
{
    // What every method of reading builds on.
    private static readonly string[] Core = ["Files", "Weights", "Models", "Tokenizers", "Contexts", "Generation"];

    private static ArchUnitNET.Domain.Architecture Code => CodeBase.Products;

    public static TheoryData<string> Projects => [.. SourceTree.Products];

    [Theory, MemberData(nameof(Projects))]
    public void Folders_of_a_project_form_no_cycle(string project) =>
        Violations.Report(
            $"No cycles in {project}", Broken(Code, NoCycles(project)));

    [Fact]
    public void Bodies_for_different_backends_do_not_know_each_other()
    {
        var rules = SeparateBodies(Code, "Homer.Kernels").ToArray();
        Assert.NotEmpty(rules);
        Violations.Report("Bodies are separate", Broken(Code, rules));
    }

    [Fact]
    public void Kernels_do_not_know_the_engine() =>
        Violations.Report("Kernels are below the engine", Broken(Code, Below("Homer.Kernels", "Homer.Engine")));

    [Fact]
    public void The_core_of_the_engine_knows_no_method() =>
        Violations.Report("The core is below the methods", Broken(Code, CoreWithoutMethods("Homer.Engine", Core)));

    [Fact]
    public void Methods_do_not_know_each_other() =>
        Violations.Report("Methods are separate", Broken(Code, SeparateMethods("Homer.Engine")));
}
