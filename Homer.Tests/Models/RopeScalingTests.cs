using CsCheck;
using Homer.Engine.Models;
using Homer.Tests.Support;

namespace Homer.Tests.Models;

/// <summary>Compares frequencies with the formulas of the papers, written as the papers write them.</summary>
public sealed class RopeScalingTests
{
    private static readonly Gen<(int HeadDim, double Theta, double Factor, int Window)> Settings =
        Gen.Select(Gen.Int[1, 128].Select(half => 2 * half), Gen.Double[1000, 1e6], Gen.Double[1, 32], Gen.Int[64, 16384]);

    [Fact]
    public void Unscaled_frequencies_fall_geometrically() => Check("none", (i, s) => Unscaled(i, s.HeadDim, s.Theta));

    [Fact]
    public void Linear_divides_by_the_factor() => Check("linear", (i, s) => Unscaled(i, s.HeadDim, s.Theta) / s.Factor);

    [Fact]
    public void Ntk_stretches_the_base() =>
        Check("ntk", (i, s) => Unscaled(i, s.HeadDim, s.Theta * Math.Pow(s.Factor, s.HeadDim / (s.HeadDim - 2.0))));

    [Fact]
    public void Dynamic_leaves_the_window_alone() => Check("dynamic", (i, s) => Unscaled(i, s.HeadDim, s.Theta));

    [Fact]
    public void Dynamic_stretches_the_base_with_the_length() =>
        Check(
            "dynamic",
            (i, s) =>
            {
                double scale = (s.Factor * 3 * s.Window / s.Window) - (s.Factor - 1);
                return Unscaled(i, s.HeadDim, s.Theta * Math.Pow(scale, s.HeadDim / (s.HeadDim - 2.0)));
            },
            lengthInWindows: 3);

    [Fact]
    public void Yarn_interpolates_between_two_pairs() => Check("yarn", (i, s) =>
    {
        double fast = Pair(32), slow = Pair(1);
        double low = Math.Max(Math.Floor(fast), 0), high = Math.Min(Math.Ceiling(slow), s.HeadDim - 1);
        double ramp = Math.Clamp((i - low) / (low == high ? 0.001 : high - low), 0, 1);
        double own = Unscaled(i, s.HeadDim, s.Theta);
        return (own / s.Factor * ramp) + (own * (1 - ramp));

        double Pair(int rotations) => s.HeadDim * Math.Log(s.Window / (rotations * Math.Tau)) / (2 * Math.Log(s.Theta));
    });

    [Fact]
    public void Llama3_interpolates_between_two_wavelengths() => Check("llama3", (i, s) =>
    {
        const double Low = 1, High = 4;
        double own = Unscaled(i, s.HeadDim, s.Theta), wavelength = Math.Tau / own;
        if (wavelength < s.Window / High)
            return own;
        if (wavelength > s.Window / Low)
            return own / s.Factor;
        double smooth = ((s.Window / wavelength) - Low) / (High - Low);
        return ((1 - smooth) * own / s.Factor) + (smooth * own);
    });

    [Fact]
    public void Only_yarn_has_a_temperature()
    {
        Assert.Equal((0.1 * Math.Log(8)) + 1, RopeScaling.Create("yarn", 8, 512).Magnitude, 15);
        Assert.Equal(1, RopeScaling.Create("yarn", 1, 512).Magnitude);
        Assert.All(["none", "linear", "ntk", "dynamic", "llama3"], type => Assert.Equal(1, RopeScaling.Create(type, 8, 512).Magnitude));
    }

    [Theory]
    [InlineData("su", 2, 512, "'su'")]
    [InlineData("", 2, 512, "''")]
    [InlineData("linear", 0.99, 512, "factor")]
    [InlineData("yarn", -2, 512, "factor")]
    [InlineData("ntk", double.NaN, 512, "factor")]
    [InlineData("ntk", double.PositiveInfinity, 512, "factor")]
    [InlineData("dynamic", 2, 0, "window")]
    public void Impossible_settings_are_refused(string type, double factor, int window, string word) =>
        Refused.With(word, () => RopeScaling.Create(type, factor, window));

    private static double Unscaled(int i, int headDim, double theta) => 1 / Math.Pow(theta, 2.0 * i / headDim);

    private static void Check(
        string type, Func<int, (int HeadDim, double Theta, double Factor, int Window), double> expected, int lengthInWindows = 1) =>
        Settings.Sample(settings =>
        {
            (int headDim, double theta, double factor, int window) = settings;
            double[] frequencies = RopeScaling.Create(type, factor, window).Frequencies(headDim, theta, lengthInWindows * window);
            Assert.Equal(headDim / 2, frequencies.Length);
            for (int i = 0; i < frequencies.Length; i++)
                Assert.Equal(1, frequencies[i] / expected(i, settings), 1e-11);
        });
}
