using Homer.Engine.Measuring;

namespace Homer.Tests.Measuring;

public sealed class SpeedCaseTests
{
    [Fact]
    public void Every_combination_is_measured_once() => Assert.Equal(
        [
            ("plain", "pp512"), ("plain", "pp32"), ("homer", "pp512"), ("homer", "pp32"),
            ("plain", "tg8"), ("plain", "tg8 @ d100"), ("homer", "tg8 @ d100"),
        ],
        SpeedCase.Matrix(["plain", "homer"], [512, 32], [8], [0, 100]).Select(test => (test.Method, test.Name)));

    [Fact]
    public void Lengths_of_nothing_are_left_out()
    {
        Assert.Equal(["tg4"], SpeedCase.Matrix(["homer"], [0], [4], [0]).Select(test => test.Name));
        Assert.Empty(SpeedCase.Matrix(["homer"], [0], [0], [0, 5]));
    }
}
