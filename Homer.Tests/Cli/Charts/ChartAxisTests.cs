using CsCheck;
using Homer.Cli.Charts;

namespace Homer.Tests.Cli.Charts;

public sealed class ChartAxisTests
{
    [Fact]
    public void Ratio_axes_hold_their_values_between_a_few_round_marks() => Gen.Double[-6, 9].Array[1, 20].Sample(exponents =>
    {
        double[] values = [.. exponents.Select(exponent => Math.Pow(10, exponent))];
        var axis = ChartAxis.Ratio(values, value => $"{value}");
        double[] marks = [.. axis.Ticks.Select(tick => tick.Value)];
        Assert.InRange(marks.Length, 1, 17);
        Assert.Equal(marks.Distinct().Order(), marks);
        double[] places = [.. values.Order().Select(axis.Position)];
        Assert.Equal(places.Order(), places);
        Assert.All(places, place => Assert.InRange(place, 0, 1));
        // Equal ratios are equally far apart, also at the ends: nothing was cut off.
        Assert.Equal((places[0] + places[^1]) / 2, axis.Position(Math.Sqrt(values.Min() * values.Max())), 1e-9);
    });

    [Fact]
    public void Narrow_ranges_get_even_steps() =>
        Assert.Equal([2.5, 3, 3.5, 4, 4.5], ChartAxis.Ratio([2.57, 4.42], value => $"{value}").Ticks.Select(tick => tick.Value));

    /// <summary>Nine ticks, none of which is a power of ten: every other one is left out.</summary>
    [Fact]
    public void Too_many_even_steps_are_thinned_out() =>
        Assert.Equal([2.34, 2.38, 2.42, 2.46, 2.5], ChartAxis.Ratio([2.35, 2.4999], value => $"{value}").Ticks.Select(tick => tick.Value));

    [Fact]
    public void Wide_ranges_get_one_two_five() =>
        Assert.Equal([5, 10, 20, 50, 100], ChartAxis.Ratio([8.7, 55.8], value => $"{value}").Ticks.Select(tick => tick.Value));

    [Fact]
    public void One_value_alone_has_a_place() => Assert.InRange(ChartAxis.Ratio([3], value => $"{value}").Position(3), 0, 1);

    [Fact]
    public void Of_many_lengths_some_are_marked_and_always_the_last()
    {
        var few = ChartAxis.Lengths([4096, 1024, 2048, 1024], length => $"{length}");
        Assert.Equal([1024, 2048, 4096], few.Ticks.Select(tick => tick.Value));
        var many = ChartAxis.Lengths(Enumerable.Range(1, 100).Select(i => 512 + (256 * i)), length => $"{length}");
        Assert.InRange(many.Ticks.Count, 4, 8);
        Assert.Equal(512 + 25600, many.Ticks[^1].Value);
        Assert.Equal(0.5, ChartAxis.Lengths([1024], length => $"{length}").Position(1024), 1e-9);
    }
}
