using System.Diagnostics;
using Homer.Engine.Templates.Jinja;
using Homer.Tests.Support;

namespace Homer.Tests.Templates;

/// <summary>Templates that would run for ever, fill the memory or nest without end are refused soon.</summary>
public sealed class HostileTemplateTests
{
    public static TheoryData<string> Files => [.. SharedData.TryFind("traps/template-hostile") is { } folder
        ? Directory.GetFiles(folder, "*.jinja").Select(path => Path.GetFileName(path)!)
        : ["none"]];

    [Theory]
    [MemberData(nameof(Files))]
    public void Hostile_files_are_refused(string file)
    {
        string template = File.ReadAllText(SharedData.Require("traps/template-hostile/" + file));
        if (file is "self-containing.jinja")
            Assert.Equal("True", JinjaUnitTests.Render(template));
        else
            Refused(template);
    }

    [Theory]
    [InlineData("{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}")]
    [InlineData("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}")]
    [InlineData("{% set ns = namespace(l=[]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}")]
    [InlineData("{% set ns = namespace(l=[]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l|tojson }}")]
    [InlineData("{% set ns = namespace(l=[0]) %}{% for i in range(60) %}{% set ns.l = ns.l + ns.l %}{% endfor %}{{ ns.l|length }}")]
    [InlineData("{% set ns = namespace() %}{% set ns.a = ns %}{{ ns }}")]
    [InlineData("{{ [0] * 10000000000 }}")]
    [InlineData("{{ 'a'.ljust(10000000000) }}{{ 'a'.zfill(10000000000) }}")]
    [InlineData("{{ '{:>10000000000}'.format(1) }}")]
    [InlineData("{{ '%.1000000000f' % 1.5 }}")]
    [InlineData("{{ '%*d' % (1000000000, 1) }}")]
    [InlineData("{{ 'a\nb'|indent(1000000000) }}")]
    [InlineData("{{ 2 ** 1000000 }}")]
    [InlineData("{% set ns = namespace(n=3) %}{% for i in range(60) %}{% set ns.n = ns.n * ns.n %}{% endfor %}{{ ns.n }}")]
    [InlineData("{% set s = 'ab' * 1000000 %}{{ s.replace('', s) }}")]
    [InlineData("{% set s = 'a' * 2000000 %}{{ (s * 2).find(s ~ 'b') }}")]
    [InlineData("{{ range(100000)|batch(1)|map('list')|map('join')|list|length ~ '{}'.format(range(100000)|list|join) * 1000 }}")]
    [InlineData("{{ {'a': [1]}|tojson(indent=1000000000) }}")]
    [InlineData("{{ 'x'|center(1000000000) }}")]
    [InlineData("{{ [1]|slice(1000000000)|list }}")]
    [InlineData("{{ 1|round(1000000000) }}")]
    public void Other_hostile_templates_are_refused(string template) => Refused(template);

    [Fact]
    public void Long_chains_do_not_overflow_the_stack()
    {
        Refused("{{ " + string.Join(" + ", Enumerable.Repeat("1", 2_000_000 / 4)) + " }}", mayRender: true);
        Refused("{{ x" + string.Concat(Enumerable.Repeat(".a", 500_000)) + " }}");
        Refused("{{ x" + string.Concat(Enumerable.Repeat("|list", 500_000)) + " }}", mayRender: true);
        Refused("{{ " + new string('-', 500_000) + "1 }}");
        Refused("{{ " + string.Concat(Enumerable.Repeat("1 if 1 else ", 200_000)) + "2 }}");
        Refused("{{ " + new string('{', 200_000));
        Refused(string.Concat(Enumerable.Repeat("{% for a in b %}", 100_000)));
        Refused("{% set ns = namespace(l=[]) %}{% for i in range(90000) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}", mayRender: true);
        Refused("{% set " + new string('(', 200_000) + "a %}");
    }

    private static void Refused(string template, bool mayRender = false)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        JinjaException? error = Record.Exception(() => JinjaUnitTests.Render(template)) switch
        {
            null when mayRender => null,
            JinjaException jinja => jinja,
            var other => throw new Xunit.Sdk.XunitException($"not refused: {other}"),
        };
        // A second or so, on machines that do other things besides.
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
        Assert.True(error is null || error.Position is not null);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{watch.ElapsedMilliseconds} ms, {(GC.GetTotalAllocatedBytes(precise: true) - before) >> 20} MiB allocated: {error?.Message}");
    }
}
